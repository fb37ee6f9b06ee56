// SPDX-License-Identifier: MPL-2.0

package main

import (
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// step is a command that is measured.
type step struct {
	name   string
	args   []string
	env    []string
	writes bool               // each tag
	most   float64            // of the time of a floor, without latency
	least  func(tags int) int // calls, if it is known beforehand what has changed
}

// The steps, in this order. A plan fails if there is anything to change.
var (
	apply      = &step{name: "apply", args: []string{"apply", "-auto-approve"}, writes: true, most: 1.08, least: each}
	plan       = &step{name: "plan", args: []string{"plan", "-detailed-exitcode"}, most: 1.08, least: listings}
	singlePlan = &step{name: "plan, bulk_reads off", args: plan.args, env: []string{"IMS_BULK_READS=false"}, most: 1.08, least: images}
	destroy    = &step{
		name: "destroy", args: []string{"destroy", "-auto-approve"}, writes: true, most: 1.10,
		least: func(tags int) int { return each(tags) + listings(tags) },
	}
	start = &step{name: "start"} // of the provider alone

	steps         = []*step{apply, plan, singlePlan, destroy}
	comparedSteps = []*step{apply, plan, destroy}
)

const (
	tagsPerImage  = 10
	imagesPerCall = 1000 // of a listing
)

func each(tags int) int     { return tags }
func images(tags int) int   { return (tags + tagsPerImage - 1) / tagsPerImage }
func listings(tags int) int { return (images(tags) + imagesPerCall - 1) / imagesPerCall }

// system is a provider and the way in which it manages the tags.
type system struct {
	name    string
	pkg     string // of the provider, below the module
	env     []string
	regions int // over which the tags are spread
	blocks  int // of the provider, each of which is a process of its own; none: the environment is enough
}

// floorPackage is the provider that does nothing.
const floorPackage = "/internal/cmd/bench/floor"

var (
	ours  = &system{name: "ims", regions: 1}
	floor = &system{name: "floor", pkg: floorPackage, regions: 1}
	// quiet is the floor without the logs of a provider and of the libraries it is built on, which Terraform throws away.
	quiet = &system{
		name: "quiet floor", pkg: floorPackage, regions: 1,
		env: []string{"TF_LOG_SDK=OFF", "TF_LOG_SDK_PROTO=OFF", "TF_LOG_SDK_FRAMEWORK=OFF"},
	}
	systems = []*system{ours, floor, quiet}

	oneBlock  = &system{name: "one provider block", env: byPassword, regions: 4, blocks: 1}
	aliases   = &system{name: "four aliases", env: byPassword, regions: 4, blocks: 4}
	ofRegions = comparison{"%d tags in 4 regions", []*system{oneBlock, aliases}}

	sets    = &system{name: "`ims_image_tags`", regions: 1}
	singles = &system{name: "`ims_image_tag`", regions: 1}
	ofSets  = comparison{"%d tags, 10 on each image", []*system{sets, singles}}
)

// comparison is of two ways to manage the same tags with this provider.
type comparison struct {
	title   string // a format with the number of tags
	systems []*system
}

var (
	regions    = []string{imstest.Region, "mock-2", "mock-3", "mock-4"}
	projects   = []string{imstest.ProjectID, strings.Repeat("2", 32), strings.Repeat("3", 32), strings.Repeat("4", 32)}
	byPassword = []string{
		"IMS_ENDPOINT=", "HW_PROJECT_ID=", "HW_ACCESS_KEY=", "HW_SECRET_KEY=",
		"HW_USER_NAME=" + imstest.UserName, "HW_USER_PASSWORD=" + imstest.Password, "HW_DOMAIN_NAME=" + imstest.DomainName,
	}
)
