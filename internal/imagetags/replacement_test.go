// SPDX-License-Identifier: MPL-2.0

package imagetags_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// Terraform plans a replacement twice, and shows no warning of the second plan.
func TestAccThePlanOfAReplacementWarns(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	next := mock.AddImage("next")
	mock.SetTag(next, "a", "theirs")
	mock.SetTag(next, "ci-build", "theirs")
	w := acctest.NewWorkspace(t, mock, setConfig(mock, image, tags{"a": "1"}, "exclusive = true"))
	w.Run("apply", "-auto-approve")
	mock.ResetLog()
	w.Write("main.tf", setConfig(mock, next, tags{"a": "1"}, "exclusive = true"))
	output := w.Run("plan")
	for _, summary := range []string{"Other tags of the image will be removed", "Image tag exists already"} {
		if count := strings.Count(output, summary); count != 1 {
			t.Errorf("the plan says %q %d times, want once:\n%s", summary, count, output)
		}
	}
	acctest.ExpectCalls(t, mock, imstest.ListTags, 2) // each image once
}

// A replacement on the same image leaves the tags of others that the new configuration ignores, as an update does.
func TestAccAReplacementLeavesIgnoredTags(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string][]string{"an update": nil, "a replacement": {"-replace=" + addr}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			w := acctest.NewWorkspace(t, mock, setConfig(mock, image, tags{"a": "1", "b": "2"}, "exclusive = true"))
			w.Run("apply", "-auto-approve")
			mock.SetTag(image, "ci-1", "theirs")
			mock.SetTag(image, "other", "theirs")
			w.Write("main.tf", setConfig(mock, image, tags{"a": "1"}, "exclusive = true", `ignore_keys = ["ci-*"]`))
			w.Run(append([]string{"apply", "-auto-approve"}, arguments...)...)
			acctest.ExpectTags(t, mock, image, tags{"a": "1", "ci-1": "theirs"})
			w.Run("plan", "-detailed-exitcode")
			w.Run("destroy", "-auto-approve")
			acctest.ExpectTags(t, mock, image, tags{"ci-1": "theirs"})
		})
	}
}

// A set that has only found a tag of others does not own it. Its configuration ignores the tag now, and another resource must not
// overwrite it, whichever of the two is planned and applied first.
func TestATagThatASetHasOnlyFoundIsNotOverwritten(t *testing.T) {
	t.Parallel()
	for name, setFirst := range map[string]bool{"the set first": true, "the tag first": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			exclusively := map[string]any{"exclusive": true}
			p := newServer(t, mock)
			o := acctest.CreateObjectAs(p, setValue(p, image, tags{"a": "1"}, exclusively))
			mock.SetTag(image, "k", "theirs")
			config := setValue(p, image, tags{"a": "1"}, exclusively, map[string]any{"ignore_keys": []string{"k"}})
			planTag := func(p *acctest.ProtocolServer) *tfprotov6.PlanResourceChangeResponse {
				p = p.For(acctest.TagType)
				return plan(p, p.Null(p.Resource), p.ObjectOf(map[string]any{"image_id": image, "key": "k", "value": "mine", "overwrite": false}), nil)
			}

			planning := newServer(t, mock)
			o.Refresh(planning)
			if setFirst {
				planning.NoErrors(plan(planning, o.State, config, o.Private).Diagnostics)
			}
			expectRemarks(t, planTag(planning).Diagnostics, remark{"Image tag exists already", `AttributeName("key")`})

			applying := newServer(t, mock)
			if setFirst {
				planned := plan(applying, o.State, config, o.Private)
				applying.NoErrors(apply(applying, o.State, planned.PlannedState, planned.PlannedPrivate).Diagnostics)
			}
			planned := planTag(applying)
			tag := applying.For(acctest.TagType)
			resp := apply(tag, tag.Null(tag.Resource), planned.PlannedState, planned.PlannedPrivate)
			expectError(t, resp.Diagnostics, "Cannot create image tag")
			acctest.ExpectTags(t, mock, image, tags{"a": "1", "k": "theirs"})
		})
	}
}

// Keys that an update leaves to others take up room on the image.
func TestKeysThatAnUpdateLeavesTakeUpRoom(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	exclusively := map[string]any{"exclusive": true}
	p := newServer(t, mock)
	o := acctest.CreateObjectAs(p, setValue(p, image, many(8), exclusively))
	mock.SetTag(image, "ci-1", "theirs")
	mock.SetTag(image, "ci-2", "theirs")
	planning := newServer(t, mock)
	o.Refresh(planning)
	config := setValue(planning, image, many(9), exclusively, map[string]any{"ignore_keys": []string{"ci-*"}})
	expectRemarks(t, plan(planning, o.State, config, o.Private).Diagnostics, mayBeFull)
}
