// SPDX-License-Identifier: MPL-2.0

package imagetags_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// A tag that another resource has is not removed by an exclusive set: the plan fails as long as one of them is new.
func TestAccAnExclusiveSetDoesNotRemoveTheTagOfAnotherResource(t *testing.T) {
	t.Parallel()
	const twoOwners = "Error: Image tag with two owners"
	tag := func(image string) string { return acctest.TagBlock("test", image, "environment", "production") }
	set := func(image string, extra ...string) string { return setBlock("test", image, tags{"a": "1"}, extra...) }
	cases := map[string]struct {
		before, after func(image string) string
		want          string
	}{
		"a new set": {
			tag,
			func(image string) string { return tag(image) + set(image, "exclusive = true") }, twoOwners,
		},
		"a new set that is planned last": {
			tag,
			func(image string) string {
				return tag(image) + set(image, "exclusive = true", "depends_on = [ims_image_tag.test]")
			},
			twoOwners,
		},
		"a new tag": {
			func(image string) string { return set(image, "exclusive = true") },
			func(image string) string { return tag(image) + set(image, "exclusive = true") }, twoOwners,
		},
		"both are new": {
			func(string) string { return "" },
			func(image string) string { return tag(image) + set(image, "exclusive = true") }, twoOwners,
		},
		"the key is ignored": {
			tag,
			func(image string) string {
				return tag(image) + set(image, "exclusive = true", `ignore_keys = ["environment"]`)
			},
			"",
		},
		"the tag is removed": {
			tag,
			func(image string) string { return set(image, "exclusive = true") }, "",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			w := acctest.NewWorkspace(t, mock, acctest.ProviderBlock(mock)+c.before(image))
			w.Run("apply", "-auto-approve")
			before := mock.Tags(image)
			w.Write("main.tf", acctest.ProviderBlock(mock)+c.after(image))
			if c.want != "" {
				w.Fail(c.want, "apply", "-auto-approve")
				acctest.ExpectTags(t, mock, image, before)
				return
			}
			w.Run("apply", "-auto-approve")
			w.Run("plan", "-detailed-exitcode")
		})
	}
}

// A set that becomes exclusive would remove the tag, and the plan fails, in whatever order Terraform plans the two.
func TestAccASetDoesNotBecomeExclusiveWithTheTagOfAnotherResource(t *testing.T) {
	t.Parallel()
	for _, refresh := range []string{"-refresh=true", "-refresh=false"} {
		t.Run(refresh, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			config := func(extra ...string) string {
				return acctest.TagConfig(mock, image, "environment", "production") + setBlock("test", image, tags{"a": "1"}, extra...)
			}
			w := acctest.NewWorkspace(t, mock, config())
			w.Run("apply", "-auto-approve")
			w.Write("main.tf", config("exclusive = true"))
			w.Fail("Error: Image tag with two owners", "apply", "-auto-approve", refresh)
			w.Write("main.tf", config("exclusive = true", `ignore_keys = ["environment"]`))
			w.Run("apply", "-auto-approve", refresh)
			w.Run("plan", "-detailed-exitcode")
			acctest.ExpectTags(t, mock, image, tags{"a": "1", "environment": "production"})
		})
	}
}

// Where both have been applied before, without checks, an apply leaves the tag and says what to do. A destroy is not blocked.
func TestAccAnExclusiveSetThatExistsLeavesTheTagOfAnotherResource(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production")+
		setBlock("test", image, tags{"a": "1"}, "exclusive = true", "depends_on = [ims_image_tag.test]"))
	w.Env = append(w.Env, "IMS_PLAN_CHECKS=false")
	output := w.Run("apply", "-auto-approve")
	expectText(t, output, `manages the key "environment"`, "Add the keys of other resources to ignore_keys.")
	w.Env = append(w.Env, "IMS_PLAN_CHECKS=true")
	for range 2 {
		expectText(t, w.Run("apply", "-auto-approve"), "Warning: Image tag with two owners", "ignore_keys")
		acctest.ExpectTags(t, mock, image, tags{"a": "1", "environment": "production"})
	}
	w.Run("destroy", "-auto-approve")
	w.ExpectNoResources()
	acctest.ExpectTags(t, mock, image, tags{})
}

// A change that is refused because of overwrite = false has not deleted anything, also where the deletes come first.
func TestARefusedChangeDeletesNothing(t *testing.T) {
	t.Parallel()
	before := tags{"a": "1", "b": "1"}
	cases := map[string]struct {
		exists  bool
		planned map[string]any
		set     tags
		others  int
	}{
		"an exclusive create": {false, map[string]any{"exclusive": true, "overwrite": false}, tags{"stage": "ours", "new": "1"}, 9},
		"an update":           {true, map[string]any{"overwrite": false}, tags{"a": "1", "stage": "ours"}, 7},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			p := newServer(t, mock)
			prior, private := p.Null(p.Resource), []byte(nil)
			if c.exists {
				created := apply(p, prior, setValue(p, image, before), nil)
				prior, private = created.NewState, created.Private
			}
			for i := range c.others {
				mock.SetTag(image, fmt.Sprintf("other-%d", i), "v")
			}
			mock.SetTag(image, "stage", "theirs")
			held := mock.Tags(image)
			last := newServer(t, mock)
			if c.exists {
				read := refresh(last, prior, private)
				prior, private = read.NewState, read.Private
			}
			mock.ResetLog()
			resp := apply(last, prior, setValue(last, image, c.set, c.planned), private)
			if len(resp.Diagnostics) != 1 || !strings.Contains(resp.Diagnostics[0].Detail, "overwrite is false") {
				t.Errorf("the diagnostics are %q", acctest.Details(resp.Diagnostics))
			}
			acctest.ExpectTags(t, mock, image, held)
			expectBatches(t, mock)
		})
	}
}

// A change that fails after its deletes says what it has deleted: the state of an exclusive set never had those tags.
func TestAFailedChangeSaysWhatItHasDeleted(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	for i := range 10 {
		mock.SetTag(image, fmt.Sprintf("other-%d", i), "v")
	}
	calls := 0
	mock.React(imstest.BatchTags, func(imstest.Request) *imstest.Answer {
		if calls++; calls == 1 {
			return nil
		}
		answer := imstest.IMSError(403, "IMG.0026", "no right")
		return &answer
	})
	p := newServer(t, mock)
	resp := apply(p, p.Null(p.Resource), setValue(p, image, tags{"a": "1"}, map[string]any{"exclusive": true}), nil)
	detail, _ := expectError(t, resp.Diagnostics, "Cannot create image tags")
	if !strings.Contains(detail, `The provider had already deleted the keys "other-0", "other-1"`) {
		t.Errorf("it says %q", detail)
	}
}

// A write whose answer comes too late is in the state, although the operation has ended.
func TestAChangeThatIsCancelledHasWhatWasWrittenInTheState(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	p := newServer(t, mock)
	ctx, cancel := context.WithCancel(t.Context())
	mock.React(imstest.BatchTags, func(imstest.Request) *imstest.Answer {
		cancel()
		return &imstest.Answer{CarryOut: true, Drop: true}
	})
	set := tags{"a": "1", "b": "1"}
	resp := applyWithin(ctx, p, p.Null(p.Resource), setValue(p, image, set), nil)
	expectError(t, resp.Diagnostics, "Cannot create image tags")
	if got := tagsIn(p, resp.NewState); !maps.Equal(got, set) {
		t.Errorf("the state has %v", got)
	}
	acctest.ExpectCalls(t, mock, imstest.BatchTags, 1)
	acctest.ExpectCalls(t, mock, imstest.ListTags, 1)
}

// Keys that are no longer ignored are removed by the apply, and the plan says so.
func TestKeysThatAreNoLongerIgnoredAreRemoved(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	own := tags{"a": "1"}
	p := newServer(t, mock)
	o := acctest.CreateObjectAs(p, setValue(p, image, own, map[string]any{"exclusive": true, "ignore_keys": []string{"ci-*"}}))
	mock.SetTag(image, "ci-1", "x")
	last := newServer(t, mock)
	o.Refresh(last)
	config := setValue(last, image, own, map[string]any{"exclusive": true})
	planned := plan(last, o.State, config, o.Private)
	expectRemarks(t, planned.Diagnostics, removesOther)
	last.NoErrors(apply(last, o.State, planned.PlannedState, planned.PlannedPrivate).Diagnostics)
	acctest.ExpectTags(t, mock, image, own)
}

// What a plan cannot list, it warns of all the same.
func TestASetThatBecomesExclusiveWarnsWithoutAList(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "other", "v")
	p := newServer(t, mock)
	exclusively := map[string]any{"exclusive": true}
	unknownImage := newSet(p, image, tags{"a": "1"}, exclusively, map[string]any{"image_id": tftypes.UnknownValue})
	unchecked := acctest.NewUncheckedServer(t, mock).For(typeName)
	for name, diagnostics := range map[string][]*tfprotov6.Diagnostic{
		"an unknown image": plan(p, p.Null(p.Resource), unknownImage, nil).Diagnostics,
		"no plan checks":   planNew(unchecked, image, tags{"a": "1"}, exclusively),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expectRemarks(t, diagnostics, removesOther)
			if got := acctest.Details(diagnostics); !slices.ContainsFunc(got, func(d string) bool { return strings.Contains(d, "cannot list them") }) {
				t.Errorf("it says %q", got)
			}
		})
	}
}

// An ims_image_tag and the service spell a key in two ways: it is one tag, and not one to remove.
func TestASetLeavesTheTagOfAnotherResourceInAnySpelling(t *testing.T) {
	t.Parallel()
	const composed, decomposed = "cl\u00e9", "cle\u0301"
	mock, image := acctest.StartWithImage(t)
	set := createSet(t, mock, image, tags{"a": "1"})
	mock.SetTag(image, decomposed, "v")
	p := newServer(t, mock)
	set.Refresh(p)
	planNewTag(p, image, composed, "v")
	config := setValue(p, image, tags{"a": "1"}, map[string]any{"exclusive": true})
	planned := plan(p, set.State, config, set.Private)
	apply(p, set.State, config, planned.PlannedPrivate)
	acctest.ExpectTags(t, mock, image, tags{"a": "1", decomposed: "v"})
}
