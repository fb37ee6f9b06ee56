// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// maxAdoptCalls is how many calls the adoption of 1,000 tags may take.
const maxAdoptCalls = 20

// startTagged starts a mock with images that have ten tags each, made by hand: one of them empty.
func startTagged(t *testing.T, images int) *imstest.Server {
	t.Helper()
	mock := imstest.Start(t)
	for i := range images {
		id := mock.AddImage(fmt.Sprintf("image-%d", i))
		for n, key := range handmadeKeys() {
			mock.SetTag(id, key, strings.Repeat("v", n))
		}
	}
	return mock
}

func handmadeKeys() []string {
	var keys []string
	for n := range 10 {
		keys = append(keys, fmt.Sprintf("key-%d", n))
	}
	return keys
}

// adoptions are the examples that adopt tags.
var adoptions = map[string]struct {
	example   string
	variables object
	instances int // for each image
}{
	"as sets of tags": {"adopt", object{}, 1},
	"one by one":      {"adopt-each-tag", object{"keys": handmadeKeys()}, 10},
}

// 1,000 tags that were made by hand are adopted without a change, and the plan stays empty when a file holds them.
func TestAccTagsMadeByHandAreAdopted(t *testing.T) {
	t.Parallel()
	for name, c := range adoptions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := startTagged(t, 100)
			before := mock.AllTags()
			w := newExample(t, mock, c.example, acctest.ProviderBlock(mock))
			needTerraform(t, w, 7)
			setVariables(t, w, c.variables)
			expectAdopted(t, w, mock, 100*c.instances)

			w.Write("adopted.auto.tfvars.json", variables(t, w))
			mock.ResetLog()
			w.Run("plan", "-detailed-exitcode")
			expectFewCalls(t, mock)
			expectSameTags(t, mock, before)
		})
	}
}

// As soon as a file holds the adopted tags, a change by hand is drift.
func TestAccAdoptedTagsAreManaged(t *testing.T) {
	t.Parallel()
	for name, c := range adoptions {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := startTagged(t, 2)
			w := newExample(t, mock, c.example, acctest.ProviderBlock(mock))
			needTerraform(t, w, 7)
			setVariables(t, w, c.variables)
			expectAdopted(t, w, mock, 2*c.instances)
			w.Write("adopted.auto.tfvars.json", variables(t, w))
			mock.SetTag(web1, "key-1", "changed by hand")
			w.Fail("Plan: 0 to add, 1 to change, 0 to destroy.", "plan", "-detailed-exitcode")
		})
	}
}

// expectAdopted applies, and checks that it only imports.
func expectAdopted(t *testing.T, w *acctest.Workspace, mock *imstest.Server, instances int) {
	t.Helper()
	mock.ResetLog()
	output := w.Run("apply", "-auto-approve")
	want := fmt.Sprintf("Resources: %d imported, 0 added, 0 changed, 0 destroyed.", instances)
	if !strings.Contains(output, want) {
		t.Fatalf("the apply does not say %q:\n%s", want, output)
	}
	acctest.ExpectNoWrites(t, mock)
	expectFewCalls(t, mock)
}

func expectFewCalls(t *testing.T, mock *imstest.Server) {
	t.Helper()
	if got := mock.Count(); got > maxAdoptCalls || got == 0 {
		t.Errorf("%d calls were made, want at most %d", got, maxAdoptCalls)
	}
}

func expectSameTags(t *testing.T, mock *imstest.Server, before map[string]map[string]string) {
	t.Helper()
	if !maps.EqualFunc(mock.AllTags(), before, maps.Equal[tags, tags]) {
		t.Error("the tags are not those of before")
	}
}

// variables returns the output of the same name as a file.
func variables(t *testing.T, w *acctest.Workspace) string {
	t.Helper()
	content, err := json.Marshal(outputs(t, w)["variables"])
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// A Terraform whose import blocks have no for_each takes the blocks that another configuration writes.
func TestAccTagsAreAdoptedWithoutForEach(t *testing.T) {
	t.Parallel()
	mock := startTagged(t, 100)
	before := mock.AllTags()
	inventory := newExample(t, mock, "adopt-inventory", acctest.ProviderBlock(mock))
	inventory.Run("apply", "-auto-approve")
	blocks, ok := outputs(t, inventory)["import_blocks"].(string)
	if !ok {
		t.Fatal("there are no import blocks")
	}

	w := acctest.NewWorkspace(t, mock, acctest.ProviderBlock(mock)+`
variable "tags" {
  type = map(map(string))
}
resource "ims_image_tags" "this" {
  for_each = var.tags

  image_id = each.key
  tags     = each.value
}
`)
	w.Write("imports.tf", blocks)
	w.Write("adopted.auto.tfvars.json", variables(t, inventory))
	expectAdopted(t, w, mock, 100)
	expectSameTags(t, mock, before)
	w.Run("plan", "-detailed-exitcode")
}

// What the search does not show is read from the image itself.
func TestAccATagThatTheSearchMissesIsAdopted(t *testing.T) {
	t.Parallel()
	mock := startTagged(t, 1)
	w := acctest.NewWorkspace(t, mock, acctest.ProviderBlock(mock)+`
data "ims_images" "all" {}
import {
  to = ims_image_tag.test
  id = "${data.ims_images.all.ids[0]}/late"
}
resource "ims_image_tag" "test" {
  image_id = data.ims_images.all.ids[0]
  key      = "late"
  value    = "v"
}
`)
	needTerraform(t, w, 6)
	mock.React(imstest.ListImages, func(imstest.Request) *imstest.Answer {
		mock.RemoveTag(web1, "key-9")
		mock.SetTag(web1, "late", "v")
		return nil
	})
	expectAdopted(t, w, mock, 1)
	acctest.ExpectCalls(t, mock, imstest.ListTags, 1)
}
