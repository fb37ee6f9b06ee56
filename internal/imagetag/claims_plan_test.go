// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// expectDeletes destroys an object of the tag "environment", and checks how many calls delete the tag: none if it is kept.
func expectDeletes(t *testing.T, mock *imstest.Server, o *acctest.Object, plan *acctest.ProtocolServer, want int) {
	t.Helper()
	o.Destroy = true
	o.MakePlan(plan)
	o.Apply(acctest.NewProtocolServer(t, mock))
	acctest.ExpectCalls(t, mock, imstest.DeleteTag, want)
}

// A new instance that follows the provider's project claims the tag in that project.
func TestANewInstanceWithoutAProjectClaimsItsTag(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	other := acctest.CreateObject(t, mock, image)
	p := acctest.NewProtocolServer(t, mock)
	config := map[string]string{"image_id": image, "key": "environment", "value": "production"}
	p.Plan(p.Null(p.Resource), p.Unknown(p.Resource, config, "id", "project_id"), p.Value(p.Resource, config), nil)
	expectDeletes(t, mock, other, p, 0)
}

// An instance that is planned with another key claims the new tag at once, although Terraform plans its replacement again.
func TestAnInstanceThatChangesItsKeyClaimsTheNewTag(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	owner, other := acctest.CreateObject(t, mock, image), acctest.CreateObject(t, mock, image)
	p := acctest.NewProtocolServer(t, mock)
	state := acctest.TagState(image, "production")
	state["key"], state["id"] = "old", image+"/old"
	before, after := p.Value(p.Resource, state), p.Value(p.Resource, acctest.TagState(image, "production"))
	p.Plan(before, after, after, owner.Private)
	expectDeletes(t, mock, other, p, 0)
}

// An instance whose project is unknown in the configuration may leave its tag: it does not hold it.
func TestAnInstanceWithAnUnknownProjectReleasesItsTag(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	owner, other := acctest.CreateObject(t, mock, image), acctest.CreateObject(t, mock, image)
	p := acctest.NewProtocolServer(t, mock)
	owner.Refresh(p)
	proposed := p.Unknown(p.Resource, acctest.TagState(image, "production"), "project_id")
	if plan := p.Plan(owner.State, proposed, proposed, owner.Private); len(plan.RequiresReplace) == 0 {
		t.Error("no replacement is planned")
	}
	other.Refresh(p)
	other.MakePlan(p)
	if p.Equal(other.Plan.PlannedState, other.State) {
		t.Error("the other instance does not write the tag again")
	}
}

// An instance that follows a project that is unknown in the plan keeps its tag, unless the project turns out to be another.
func TestAnInstanceWhoseProjectIsUnknownHoldsItsTag(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	owner, other := acctest.CreateObject(t, mock, image), acctest.CreateObject(t, mock, image)
	p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	p.ConfigureUnknown(map[string]string{"endpoint": mock.URL(), "token": imstest.Token}, "project_id")
	owner.Refresh(p)
	config := map[string]string{"image_id": image, "key": "environment", "value": "staging"}
	p.Plan(owner.State, p.Value(p.Resource, acctest.TagState(image, "staging")), p.Value(p.Resource, config), owner.Private)
	expectDeletes(t, mock, other, p, 0)
}

// A tag that a refresh did not find is nobody's: when it is back, another instance deletes it.
func TestATagThatIsGoneIsNotClaimed(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	gone, other := acctest.CreateObject(t, mock, image), acctest.CreateObject(t, mock, image)
	p := acctest.NewProtocolServer(t, mock)
	mock.RemoveTag(image, "environment")
	gone.Refresh(p)
	mock.SetTag(image, "environment", "production")
	expectDeletes(t, mock, other, p, 1)
}

// What one plan decided does not outlive it: an instance whose tag nobody else owns any more deletes it.
func TestATagIsKeptForAsLongAsAnotherInstanceOwnsIt(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	owner, other := acctest.CreateObject(t, mock, image), acctest.CreateObject(t, mock, image)
	first := acctest.NewProtocolServer(t, mock)
	owner.Refresh(first)
	owner.MakePlan(first)
	other.Refresh(first)

	second := acctest.NewProtocolServer(t, mock)
	other.Refresh(second)
	expectDeletes(t, mock, other, second, 1)
}

// An update of a tag that another instance deletes keeps the planned id, which does not depend on the delete.
func TestAnUpdateOfAThreatenedTagKeepsItsID(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	owner, other := acctest.CreateObject(t, mock, image), acctest.CreateObject(t, mock, image)
	p := acctest.NewProtocolServer(t, mock)
	other.Destroy = true
	other.MakePlan(p)
	changed := p.Value(p.Resource, acctest.TagState(image, "staging"))
	plan := p.Plan(owner.State, changed, changed, owner.Private)
	if got := p.Strings(p.Resource, plan.PlannedState)["id"]; got != image+"/environment" {
		t.Errorf("the planned id is %q", got)
	}
}

// After an apply with a known project, a later plan without a refresh shows the replacement that another project needs.
func TestAnUpdateForgetsThatTheProjectWasUnknown(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	o := acctest.CreateObject(t, mock, image)
	config := map[string]string{"image_id": image, "key": "environment", "value": "staging"}

	p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	p.ConfigureUnknown(map[string]string{"endpoint": mock.URL(), "token": imstest.Token}, "project_id")
	o.Refresh(p)
	apply := acctest.NewProtocolServer(t, mock)
	changed := apply.Value(apply.Resource, acctest.TagState(image, "staging"))
	planned := apply.Plan(o.State, changed, apply.Value(apply.Resource, config), o.Private)
	o.Change(apply, o.State, planned.PlannedState, planned.PlannedPrivate)

	later := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	later.Configure(map[string]string{"endpoint": mock.URL(), "project_id": acctest.OtherProject, "token": imstest.Token})
	replaced := later.Plan(o.State, changed, later.Value(later.Resource, config), o.Private)
	if len(replaced.RequiresReplace) == 0 {
		t.Error("no replacement is planned")
	}
}
