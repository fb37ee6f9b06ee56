// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// planNew plans a new tag and returns what the plan says.
func planNew(p *acctest.ProtocolServer, image, key, value string) []*tfprotov6.Diagnostic {
	p.T.Helper()
	config := p.Value(p.Resource, map[string]string{"image_id": image, "key": key, "value": value})
	resp, err := p.Server.PlanResourceChange(p.T.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: acctest.TagType, PriorState: p.Null(p.Resource), ProposedNewState: config, Config: config,
	})
	if err != nil {
		p.T.Fatal(err)
	}
	return resp.Diagnostics
}

func expectSummaries(t *testing.T, got []*tfprotov6.Diagnostic, want ...string) {
	t.Helper()
	if summaries := acctest.Summaries(got); !slices.Equal(summaries, want) {
		t.Errorf("the plan says %q, want %q: %q", summaries, want, acctest.Details(got))
	}
}

// All new tags of an image share one read, also one that fails, and one that says that there is no such image.
func TestThePlanReadsAnImageOnce(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	p := acctest.NewProtocolServer(t, mock)
	for _, key := range []string{"a", "b", "c"} {
		expectSummaries(t, planNew(p, image, key, "v"))
		expectSummaries(t, planNew(p, missingImage, key, "v"), "Image not found")
	}
	acctest.ExpectCalls(t, mock, imstest.ListTags, 2)

	mock.ResetLog()
	mock.ForceAlways(imstest.ListTags, imstest.IMSError(http.StatusForbidden, "IMG.0026", "no right"))
	failing := acctest.NewProtocolServer(t, mock)
	for _, key := range []string{"a", "b", "c"} {
		expectSummaries(t, planNew(failing, image, key, "v"))
	}
	acctest.ExpectCalls(t, mock, imstest.ListTags, 1)
}

// A service that answers for no image is not asked for every one.
func TestThePlanStopsAskingAServiceThatDoesNotAnswer(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	mock.ForceAlways(imstest.ListTags, imstest.IMSError(http.StatusInternalServerError, "IMG.0001", "internal error"))
	p := acctest.NewProtocolServer(t, mock)
	for range 10 {
		expectSummaries(t, planNew(p, mock.AddImage("golden"), "a", "v"))
	}
	acctest.ExpectCalls(t, mock, imstest.ListTags, 3)
}

// A refresh of the same image and the checks of its new tags share one read, in both orders.
func TestTheRefreshAndThePlanShareOneRead(t *testing.T) {
	t.Parallel()
	for _, first := range []string{"refresh", "plan"} {
		mock, image := acctest.StartWithImage(t)
		o := acctest.CreateObject(t, mock, image)
		mock.ResetLog()
		p := acctest.NewProtocolServer(t, mock)
		if first == "plan" {
			expectSummaries(t, planNew(p, image, "a", "v"))
		}
		o.Refresh(p)
		o.MakePlan(p)
		expectSummaries(t, planNew(p, image, "b", "v"))
		acctest.ExpectCalls(t, mock, imstest.ListTags, 1)
		if calls := mock.Count(); calls != 1 {
			t.Errorf("%s first: %d calls", first, calls)
		}
	}
}

// What an apply has written itself is not compared with what it plans next.
func TestThePlanOfAnApplyReadsNoImageThatItHasWritten(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	p := acctest.NewProtocolServer(t, mock)
	o := &acctest.Object{T: t}
	o.Change(p, p.Null(p.Resource), p.Value(p.Resource, acctest.TagState(image, "production")), nil)
	mock.SetTag(image, "a", "of another team")
	mock.ResetLog()
	expectSummaries(t, planNew(p, image, "a", "v"))
	if calls := mock.Count(); calls != 0 {
		t.Errorf("%d calls, want none", calls)
	}
}

// Two new tags collide, and the one that is planned last says so. One that is planned twice does not collide with itself.
func TestTwoNewTagsCollide(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	p := acctest.NewProtocolServer(t, mock)
	config := p.Value(p.Resource, map[string]string{"image_id": image, "key": "a", "value": "v"})
	first := p.Plan(p.Null(p.Resource), config, config, nil)
	p.Plan(p.Null(p.Resource), config, config, first.PlannedPrivate)
	expectSummaries(t, planNew(p, image, "a", "w"), "Image tag with two owners")
	expectSummaries(t, planNew(p, image, "b", "w"))
}

// A tag that was read and not planned may be the same instance, tainted. Once it is planned to stay, it is a second owner.
func TestANewTagCollidesOnceTheOtherOneIsPlanned(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	o := acctest.CreateObject(t, mock, image)
	p := acctest.NewProtocolServer(t, mock)
	o.Refresh(p)
	expectSummaries(t, planNew(p, image, "environment", "production"))
	resp, err := p.Server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: acctest.TagType, PriorState: o.State, ProposedNewState: o.State, Config: o.State, PriorPrivate: o.Private,
	})
	if err != nil {
		t.Fatal(err)
	}
	expectSummaries(t, resp.Diagnostics, "Image tag with two owners")
}

// A create takes the claim of its plan over, so that it has no rival in its own apply.
func TestAnUpdateAfterACreateInTheSameProcessDoesNotCollide(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	p := acctest.NewProtocolServer(t, mock)
	tag := p.Value(p.Resource, acctest.TagState(image, "production"))
	planned := p.Plan(p.Null(p.Resource), tag, tag, nil)
	o := &acctest.Object{T: t}
	o.Change(p, p.Null(p.Resource), planned.PlannedState, planned.PlannedPrivate)
	o.MakePlan(p)
	if !p.Equal(o.Plan.PlannedState, o.State) {
		t.Error("a change is planned")
	}
}
