package main

import (
	"maps"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// step is one step of the demo: what is changed outside of Terraform, what Terraform runs then, and what is expected.
type step struct {
	title    string
	outside  []tag     // changed outside of Terraform; one with an empty value is removed
	config   string    // added to the configuration
	commands []command // of Terraform
	changes  []string  // expected in the last plan, and printed; nil: not looked at
	tags     []tags    // expected on each image, and printed; nil: not looked at
	calls    calls     // expected
}

type tag struct{ image, key, value string }

// command is what a person types after "terraform", with {image} for the ID of an image, and Terraform's summary of it.
type command struct{ typed, summary string }

// tags are the tags of an image.
type tags map[string]string

func (t tags) with(key, value string) tags {
	added := maps.Clone(t)
	added[key] = value
	return added
}

// imageNames are the images of the mock. What is expected of tags is in the same order.
var imageNames = []string{"debian-12", "golden", "windows-2025"}

var (
	// managed are the tags in examples/demo.
	managed = tags{"cost-unit": "4711", "environment": "production", "owner": "platform-team"}
	// unmanaged is on the first image from the start.
	unmanaged = tag{"debian-12", "built-by", "pipeline-77"}

	applied   = []tags{managed.with(unmanaged.key, unmanaged.value), managed, managed}
	imported  = []tags{applied[0], managed.with("reviewed", "2026-11"), managed}
	destroyed = []tags{{unmanaged.key: unmanaged.value}, {}, {}}
)

const reviewedConfig = `
resource "ims_image_tag" "reviewed" {
  image_id = var.images["golden"]
  key      = "reviewed"
  value    = "2026-11"
}
`

const noChanges = "No changes. Your infrastructure matches the configuration."

var steps = []step{
	{
		title: "Apply: three tags on each of three images. The plan reads each image once, and each tag is written with one call.",
		commands: []command{
			{"plan", "Plan: 9 to add, 0 to change, 0 to destroy."},
			{"apply", "Apply complete! Resources: 9 added, 0 changed, 0 destroyed."},
		},
		tags:  applied,
		calls: calls{imstest.ListTags: 3, imstest.WriteTag: 9},
	},
	{
		title:    "Plan again: no changes. All tags of an image are read with one call.",
		commands: []command{{"plan", noChanges}},
		calls:    calls{imstest.ListTags: 3},
	},
	{
		title:    "One tag is changed and another is removed outside of Terraform: the plan shows both.",
		outside:  []tag{{"debian-12", "environment", "test"}, {"golden", "owner", ""}},
		commands: []command{{"plan", "Plan: 1 to add, 1 to change, 0 to destroy."}},
		changes: []string{
			`[update] ims_image_tag.this["debian-12/environment"]: "test" -> "production"`,
			`[create] ims_image_tag.this["golden/owner"]: no tag -> "platform-team"`,
		},
		calls: calls{imstest.ListTags: 3},
	},
	{
		title:    "Apply: the drift is repaired with one call per tag. The tag that Terraform does not manage is left alone.",
		commands: []command{{"apply", "Apply complete! Resources: 1 added, 1 changed, 0 destroyed."}},
		tags:     applied,
		calls:    calls{imstest.WriteTag: 2},
	},
	{
		title:   "Import: a tag that was created outside of Terraform is imported without a write.",
		outside: []tag{{"golden", "reviewed", "2026-11"}},
		config:  reviewedConfig,
		commands: []command{
			{"import ims_image_tag.reviewed {golden}/reviewed", "Import successful!"},
			{"plan", noChanges},
		},
		tags:  imported,
		calls: calls{imstest.ListTags: 4},
	},
	{
		title: "Destroy: each tag is deleted with one call.",
		commands: []command{
			{"plan -destroy", "Plan: 0 to add, 0 to change, 10 to destroy."},
			{"apply", "Apply complete! Resources: 0 added, 0 changed, 10 destroyed."},
		},
		tags:  destroyed,
		calls: calls{imstest.ListTags: 3, imstest.DeleteTag: 10},
	},
}
