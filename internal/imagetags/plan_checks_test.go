// SPDX-License-Identifier: MPL-2.0

package imagetags_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const missingImage = "99999999-1a2b-4c3d-8e4f-5a6b7c8d9e0f"

// remark is what a plan says: a summary and the attribute it points at.
type remark struct{ summary, at string }

var (
	twoOwnersOfK = remark{"Image tag with two owners", `AttributeName("tags").ElementKeyString("k")`}
	overwritesK  = remark{"Image tag exists already", `AttributeName("tags").ElementKeyString("k")`}
	notFound     = remark{"Image not found", `AttributeName("image_id")`}
	mayBeFull    = remark{"Image may have too many tags", `AttributeName("image_id")`}
	removesOther = remark{"Other tags of the image will be removed", `AttributeName("exclusive")`}
)

// newSet is the configuration of a set as Terraform proposes it for a create.
func newSet(p *acctest.ProtocolServer, image string, set tags, changes ...map[string]any) *tfprotov6.DynamicValue {
	p.T.Helper()
	return setValue(p, image, set, append([]map[string]any{{"id": nil, "project_id": nil}}, changes...)...)
}

// plan plans a set and returns the plan, which may have errors.
func plan(p *acctest.ProtocolServer, prior, config *tfprotov6.DynamicValue, private []byte) *tfprotov6.PlanResourceChangeResponse {
	p.T.Helper()
	resp, err := p.Server.PlanResourceChange(p.T.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: p.Type, PriorState: prior, ProposedNewState: config, Config: config, PriorPrivate: private,
	})
	if err != nil {
		p.T.Fatal(err)
	}
	return resp
}

// planNew plans a new set.
func planNew(p *acctest.ProtocolServer, image string, set tags, changes ...map[string]any) []*tfprotov6.Diagnostic {
	p.T.Helper()
	return plan(p, p.Null(p.Resource), newSet(p, image, set, changes...), nil).Diagnostics
}

// planNewTag plans a new ims_image_tag.
func planNewTag(p *acctest.ProtocolServer, image, key, value string) []*tfprotov6.Diagnostic {
	p.T.Helper()
	tag := p.For(acctest.TagType)
	config := tag.Value(tag.Resource, map[string]string{"image_id": image, "key": key, "value": value})
	return plan(tag, tag.Null(tag.Resource), config, nil).Diagnostics
}

func expectRemarks(t *testing.T, got []*tfprotov6.Diagnostic, want ...remark) {
	t.Helper()
	var remarks []remark
	for _, d := range got {
		remarks = append(remarks, remark{d.Summary, d.Attribute.String()})
	}
	if !slices.Equal(remarks, want) {
		t.Errorf("the plan says %q, want %q: %q", remarks, want, acctest.Details(got))
	}
}

// walk is a plan of one run of Terraform.
type walk struct {
	*acctest.ProtocolServer

	mock  *imstest.Server
	image string
}

func (w walk) newSet() []*tfprotov6.Diagnostic {
	return planNew(w.ProtocolServer, w.image, tags{"k": "1", "own": "1"})
}

func (w walk) otherSet() []*tfprotov6.Diagnostic {
	return planNew(w.ProtocolServer, w.image, tags{"k": "2", "another": "1"})
}

func (w walk) newTag() []*tfprotov6.Diagnostic {
	return planNewTag(w.ProtocolServer, w.image, "k", "2")
}

// addedKey plans an existing set that gets the key.
func (w walk) addedKey() []*tfprotov6.Diagnostic {
	o := createSet(w.T, w.mock, w.image, tags{"a": "1"})
	o.Refresh(w.ProtocolServer)
	return plan(w.ProtocolServer, o.State, setValue(w.ProtocolServer, w.image, tags{"a": "1", "k": "1"}), o.Private).Diagnostics
}

// unknownValue plans a set whose value of the key is not known.
func (w walk) unknownValue() []*tfprotov6.Diagnostic {
	unknown := tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, map[string]tftypes.Value{
		"k": tftypes.NewValue(tftypes.String, tftypes.UnknownValue),
	})
	return planNew(w.ProtocolServer, w.image, nil, map[string]any{"tags": unknown})
}

// A key of a set that another set or an ims_image_tag has as well is an error of the one that is planned last.
func TestTwoOwnersOfAKeyFailThePlan(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		first, second func(walk) []*tfprotov6.Diagnostic
		at            string
	}{
		"two sets":                      {walk.newSet, walk.otherSet, twoOwnersOfK.at},
		"a tag and a set":               {walk.newTag, walk.newSet, twoOwnersOfK.at},
		"a set and a tag":               {walk.newSet, walk.newTag, `AttributeName("key")`},
		"a set, and one that adds it":   {walk.newSet, walk.addedKey, twoOwnersOfK.at},
		"one that adds it, and a set":   {walk.addedKey, walk.newSet, twoOwnersOfK.at},
		"a tag, and a set that adds it": {walk.newTag, walk.addedKey, twoOwnersOfK.at},
		"a set that adds it, and a tag": {walk.addedKey, walk.newTag, `AttributeName("key")`},
		"a value that is not known":     {walk.unknownValue, walk.newSet, twoOwnersOfK.at},
		"another value that is unknown": {walk.newTag, walk.unknownValue, twoOwnersOfK.at},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			w := walk{newServer(t, mock), mock, image}
			expectRemarks(t, c.first(w))
			got := c.second(w)
			expectRemarks(t, got, remark{twoOwnersOfK.summary, c.at})
			if len(got) > 0 && got[0].Severity != tfprotov6.DiagnosticSeverityError {
				t.Error("it is no error")
			}
		})
	}
}

// A set that is planned twice, and a replacement, have no rival in themselves.
func TestASetIsNotItsOwnRival(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	p := newServer(t, mock)
	config := newSet(p, image, tags{"k": "1"})
	first := plan(p, p.Null(p.Resource), config, nil)
	expectRemarks(t, first.Diagnostics)
	expectRemarks(t, plan(p, p.Null(p.Resource), config, first.PlannedPrivate).Diagnostics)

	applying := newServer(t, mock)
	again := plan(applying, applying.Null(applying.Resource), config, nil)
	o := &acctest.Object{T: t}
	o.Change(applying, applying.Null(applying.Resource), again.PlannedState, again.PlannedPrivate)
	expectRemarks(t, plan(applying, o.State, o.State, o.Private).Diagnostics) // Create has taken the claim of the plan over

	other := mock.AddImage("other")
	planning := newServer(t, mock)
	o.Refresh(planning)
	moved := setValue(planning, other, tags{"k": "1"})
	replaced := plan(planning, o.State, moved, o.Private)
	expectRemarks(t, replaced.Diagnostics)
	expectRemarks(t, plan(planning, planning.Null(planning.Resource), moved, replaced.PlannedPrivate).Diagnostics)
}

// The plan compares new keys with the image in one read, which the refresh shares.
func TestThePlanComparesASetWithItsImage(t *testing.T) {
	t.Parallel()
	exclusively := map[string]any{"exclusive": true}
	cases := map[string]struct {
		image   tags
		set     tags
		changes map[string]any
		want    []remark
	}{
		"nothing there":          {nil, many(10), nil, nil},
		"equal values":           {tags{"k": "1"}, tags{"k": "1"}, nil, nil},
		"another value":          {tags{"k": "2"}, tags{"k": "1"}, nil, []remark{overwritesK}},
		"a twin":                 {tags{"K": "1"}, tags{"k": "1"}, nil, []remark{{"Similar key on the image", overwritesK.at}}},
		"no room":                {tags{"a": "1"}, many(10), nil, []remark{mayBeFull}},
		"room for all":           {tags{"k0": "v"}, many(10), nil, nil},
		"exclusive":              {tags{"a": "1"}, many(10), exclusively, []remark{removesOther}},
		"exclusive, with a twin": {tags{"K": "1"}, tags{"k": "1"}, exclusively, []remark{removesOther}},
		"exclusive, and alone":   {tags{"k0": "v"}, many(10), exclusively, nil},
		"exclusive, ignored ones": {
			tags{"ci-1": "1"}, many(10), map[string]any{"exclusive": true, "ignore_keys": []string{"ci-*"}}, []remark{mayBeFull},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			for key, value := range c.image {
				mock.SetTag(image, key, value)
			}
			p := newServer(t, mock)
			expectRemarks(t, planNew(p, image, c.set, c.changes), c.want...)
			if calls := mock.Count(); calls != 1 || mock.Count(imstest.ListTags) != 1 {
				t.Errorf("the plan made %d calls", calls)
			}
			mock.ResetLog()
			off := acctest.NewUncheckedServer(t, mock).For(typeName)
			var unlisted []remark
			if c.changes != nil {
				unlisted = append(unlisted, removesOther)
			}
			expectRemarks(t, planNew(off, image, c.set, c.changes), unlisted...)
			if calls := mock.Count(); calls != 0 {
				t.Errorf("a plan without checks made %d calls", calls)
			}
		})
	}
}

// The keys of all sets and tags of an image count.
func TestMoreKeysThanAnImageCanHaveFailThePlan(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	p := newServer(t, mock)
	expectRemarks(t, planNew(p, image, many(9)))
	expectRemarks(t, planNewTag(p, image, "tenth", "v"))
	expectRemarks(t, planNew(p, image, tags{"a": "1", "b": "1"}), remark{"Too many tags for one image", `AttributeName("tags").ElementKeyString("a")`})
}

// The refresh and the checks share one read, and a failed one is not repeated.
func TestAPlanReadsTheImageOfSetsOnce(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	o := createSet(t, mock, image, tags{"a": "1"})
	mock.SetTag(image, "b", "of another team")
	mock.ResetLog()
	p := newServer(t, mock)
	o.Refresh(p)
	added := setValue(p, image, tags{"a": "1", "b": "1"})
	expectRemarks(t, plan(p, o.State, added, o.Private).Diagnostics,
		remark{overwritesK.summary, `AttributeName("tags").ElementKeyString("b")`})
	expectRemarks(t, planNewTag(p, image, "c", "v"))
	acctest.ExpectCalls(t, mock, imstest.ListTags, 1)

	mock.ResetLog()
	mock.ForceAlways(imstest.ListTags, imstest.IMSError(http.StatusForbidden, "IMG.0026", "no right"))
	failing := newServer(t, mock)
	expectRemarks(t, planNew(failing, image, tags{"d": "1"}, map[string]any{"exclusive": true, "ignore_keys": []string{"e"}}), removesOther)
	expectRemarks(t, planNew(failing, image, tags{"e": "1"}))
	acctest.ExpectCalls(t, mock, imstest.ListTags, 1)
}

// Only an image of which no state has anything is an error, so that a destroy is never blocked.
func TestAMissingImageOfASet(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	p := newServer(t, mock)
	got := planNew(p, missingImage, tags{"k": "1"})
	expectRemarks(t, got, notFound)
	if got[0].Severity != tfprotov6.DiagnosticSeverityError {
		t.Error("it is no error")
	}
	unknownTags := map[string]any{"tags": tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, tftypes.UnknownValue)}
	for name, set := range map[string]tags{"with tags": {"k": "1"}, "whose tags are all gone": {}} {
		o := createSet(t, mock, image, tags{"k": "1"})
		o.State = setValue(p, image, set)
		vanished := newServer(t, mock)
		mock.ForceAlways(imstest.ListTags, imstest.IMSError(http.StatusNotFound, "IMG.0027", "The image does not exist."))
		o.Refresh(vanished)
		if tagsIn(p, o.State) != nil {
			t.Error("the set is in the state")
		}
		for _, changes := range []map[string]any{nil, unknownTags} {
			got := planNew(vanished, image, tags{"k": "1"}, changes)
			expectRemarks(t, got, notFound)
			if len(got) == 1 && got[0].Severity != tfprotov6.DiagnosticSeverityWarning {
				t.Errorf("it is no warning for a set %s", name)
			}
		}
		mock.ResetReactors()
	}
}

// The import of a set takes all tags of the image, which the warning of an overwritten tag says.
func TestTheWarningOfAnOverwrittenKeyShowsAnImport(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "k", "theirs")
	p := newServer(t, mock)
	cases := map[string]map[string]any{
		"The apply will overwrite it.":                                       nil,
		"The apply will refuse to overwrite it, because overwrite is false.": {"overwrite": false},
	}
	for text, changes := range cases {
		got := acctest.Details(planNew(newServer(t, mock), image, tags{"k": "1"}, changes))
		wanted := []string{text, `has the value "theirs"`, "to = ims_image_tags.example", `id = "` + image + `"`, "takes over all tags of the image"}
		for _, want := range wanted {
			if !strings.Contains(strings.Join(got, ""), want) {
				t.Errorf("the plan says %q, want %q", got, want)
			}
		}
	}
	o := createSet(t, mock, image, tags{"a": "1"})
	o.Refresh(p)
	got := acctest.Details(plan(p, o.State, setValue(p, image, tags{"a": "1", "k": "1"}), o.Private).Diagnostics)
	if len(got) != 1 || strings.Contains(got[0], "import") || !strings.Contains(got[0], "set it here or remove the key") {
		t.Errorf("the plan of a key that is added says %q", got)
	}
}
