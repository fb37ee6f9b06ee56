// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"fmt"
	"os"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// The images of a family, in the order in which they were created.
const (
	web1 = "00000001-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
	web2 = "00000002-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
	web3 = "00000003-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
	db1  = "00000004-1a2b-4c3d-8e4f-5a6b7c8d9e0f"
)

// startFamily starts a mock with three images of the family web, of which two are in production, and one of another family.
func startFamily(t *testing.T) *imstest.Server {
	t.Helper()
	mock := imstest.Start(t)
	for _, image := range []struct {
		name string
		tags tags
	}{
		{"web-1", tags{"family": "web", "stage": "production"}},
		{"web-2", tags{"family": "web", "stage": "production", "note": ""}},
		{"web-3", tags{"family": "web"}},
		{"db-1", tags{"family": "db"}},
	} {
		id := mock.AddImage(image.name)
		for key, value := range image.tags {
			mock.SetTag(id, key, value)
		}
	}
	return mock
}

// startRegions starts a mock with an image in each of three regions.
func startRegions(t *testing.T) *imstest.Server {
	t.Helper()
	const second, third = "22222222222222222222222222222222", "33333333333333333333333333333333"
	mock := imstest.Start(t, imstest.WithRegion("mock-2", second), imstest.WithRegion("mock-3", third))
	mock.PutImage(imstest.Image{ID: web1})
	mock.PutImage(imstest.Image{ID: web2, ProjectID: second})
	mock.PutImage(imstest.Image{ID: web3, ProjectID: third})
	return mock
}

// regionsBlock is a provider block with the endpoints of these regions.
func regionsBlock(mock *imstest.Server) string {
	return fmt.Sprintf(`
provider "ims" {
  region     = %q
  endpoint   = %q
  auth_url   = "%s/v3"
  access_key = %q
  secret_key = %q
  endpoints  = { mock-2 = %q, mock-3 = %q }
}
`, imstest.Region, mock.URL(), mock.URL(), imstest.AccessKey, imstest.SecretKey, mock.RegionURL("mock-2"), mock.RegionURL("mock-3"))
}

// search is what a data source calls.
func search(with callCount) callCount {
	with[imstest.ImagesByTag], with[imstest.ListImages] = 1, 1
	return with
}

func scenarios() map[string]scenario {
	return map[string]scenario{
		"promote": {steps: []step{
			{
				variables: object{"image": "web-3"},
				plan:      "Plan: 1 to add, 0 to change, 0 to destroy.",
				outputs:   object{"promoted": "web-3: dev"},
				images:    map[string]tags{web3: {"family": "web", "stage": "dev"}},
				calls:     search(callCount{imstest.WriteTag: 1}),
			},
			{
				variables: object{"image": "web-3", "stage": "test"},
				plan:      "Plan: 0 to add, 1 to change, 0 to destroy.",
				outputs:   object{"promoted": "web-3: test"},
				images:    map[string]tags{web3: {"family": "web", "stage": "test"}},
				calls:     search(callCount{imstest.WriteTag: 1}),
			},
			{
				variables: object{"image": "web-3", "stage": "production"},
				plan:      "Plan: 0 to add, 1 to change, 0 to destroy.",
				outputs:   object{"promoted": "web-3: production"},
				images:    map[string]tags{web3: {"family": "web", "stage": "production"}},
				calls:     search(callCount{imstest.WriteTag: 1}),
			},
		}},
		"family": {steps: []step{
			{
				variables: object{"family": "web", "owner": "platform-team"},
				plan:      "Plan: 3 to add, 0 to change, 0 to destroy.",
				outputs:   object{"owners": object{web1: "platform-team", web2: "platform-team", web3: "platform-team"}},
				images:    map[string]tags{web3: {"family": "web", "owner": "platform-team"}, db1: {"family": "db"}},
				calls:     search(callCount{imstest.WriteTag: 3}),
			},
			{ // an image joins, and another one leaves the family
				before: func(mock *imstest.Server) {
					mock.SetTag(db1, "family", "web")
					mock.SetTag(web1, "family", "old")
				},
				variables: object{"family": "web", "owner": "platform-team"},
				plan:      "Plan: 1 to add, 0 to change, 1 to destroy.",
				outputs:   object{"owners": object{web2: "platform-team", web3: "platform-team", db1: "platform-team"}},
				images:    map[string]tags{web1: {"family": "old", "stage": "production"}, db1: {"family": "web", "owner": "platform-team"}},
				// Only the image that the search does not find any more is read.
				calls: search(callCount{imstest.ListTags: 1, imstest.WriteTag: 1, imstest.DeleteTag: 1}),
			},
		}},
		"newest": {steps: []step{
			{
				variables: object{"family": "web"},
				plan:      "Plan: 1 to add, 0 to change, 0 to destroy.",
				outputs:   object{"image_id": web2},
				calls:     search(callCount{}),
			},
			{
				before:    func(mock *imstest.Server) { mock.SetTag(web3, "stage", "production") },
				variables: object{"family": "web"},
				plan:      "Plan: 1 to add, 0 to change, 1 to destroy.",
				outputs:   object{"image_id": web3},
				calls:     search(callCount{}),
			},
		}},
		"regions": {start: startRegions, provider: regionsBlock, steps: regionSteps("test", "production")},
	}
}

// regionSteps promotes the copies of an image together, once a stage.
func regionSteps(stages ...string) []step {
	var steps []step
	for i, stage := range stages {
		tag := "stage=" + stage
		s := step{
			variables: object{"copies": tags{imstest.Region: web1, "mock-2": web2, "mock-3": web3}, "stage": stage},
			plan:      "Plan: 3 to add, 0 to change, 0 to destroy.",
			outputs:   object{"tags": object{imstest.Region: tag, "mock-2": tag, "mock-3": tag}},
			images:    map[string]tags{web1: {"stage": stage}, web2: {"stage": stage}, web3: {"stage": stage}},
			calls:     callCount{imstest.ListTags: 3, imstest.WriteTag: 3},
		}
		if i > 0 {
			s.plan = "Plan: 0 to add, 3 to change, 0 to destroy."
		}
		steps = append(steps, s)
	}
	return steps
}

func TestAccScenarios(t *testing.T) {
	t.Parallel()
	for name, s := range scenarios() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s.run(t, name)
		})
	}
}

// Whoever adds a scenario adds its test.
func TestEachScenarioHasATest(t *testing.T) {
	t.Parallel()
	tested := map[string]bool{
		// The folders that the documentation includes.
		"data-sources": true, "list-resources": true, "provider": true, "resources": true,
		// Tests of their own.
		"adopt": true, "adopt-each-tag": true, "adopt-inventory": true, "demo": true, "testing": true,
	}
	for name := range scenarios() {
		tested[name] = true
	}
	folders, err := os.ReadDir(examples)
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if !tested[folder.Name()] {
			t.Errorf("examples/%s has no test", folder.Name())
		}
	}
}
