package provider_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// The steps of a plan: Terraform reads an instance and then plans it, two instances in any order.
const (
	readOwner = iota
	planOwner
	readOther
	planOther
)

var (
	ordersOfAPlan = [][]int{
		{readOwner, planOwner, readOther, planOther},
		{readOther, planOther, readOwner, planOwner},
		{readOwner, readOther, planOwner, planOther},
		{readOwner, readOther, planOther, planOwner},
		{readOther, readOwner, planOther, planOwner},
		{readOther, readOwner, planOwner, planOther},
	}
	ordersWithoutRefresh = [][]int{{planOwner, planOther}, {planOther, planOwner}}
)

// Two objects of the state have the same tag, and one of them is destroyed: whatever the order of the plan and of the
// apply, the tag is there in the end. If both are destroyed it is gone.
func TestClaimsInEveryOrder(t *testing.T) {
	t.Parallel()
	type objects struct{ owner, other *object }
	cases := map[string]struct {
		orders  [][]int
		prepare func(objects)
		gone    bool
	}{
		"an instance that is no longer configured": {ordersOfAPlan, func(o objects) { o.other.destroy = true }, false},
		"a deposed object":                         {ordersOfAPlan, func(o objects) { o.other.destroy, o.other.deposed = true, true }, false},
		"without a refresh":                        {ordersWithoutRefresh, func(o objects) { o.other.destroy = true }, false},
		"two instances that are configured":        {ordersOfAPlan, func(objects) {}, false},
		"both":                                     {ordersOfAPlan, func(o objects) { o.owner.destroy, o.other.destroy = true, true }, true},
		"both, of which one is deposed": {ordersOfAPlan, func(o objects) {
			o.owner.destroy, o.other.destroy, o.other.deposed = true, true, true
		}, true},
		"both without a refresh": {ordersWithoutRefresh, func(o objects) { o.owner.destroy, o.other.destroy = true, true }, true},
	}
	for name, c := range cases {
		for _, order := range c.orders {
			for _, ownerFirst := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s/%v/owner applied first: %t", name, order, ownerFirst), func(t *testing.T) {
					t.Parallel()
					mock, image := startWithImage(t)
					o := objects{createObject(t, mock, image), createObject(t, mock, image)}
					c.prepare(o)
					plan, apply := newProtocolServer(t, mock), newProtocolServer(t, mock)
					for _, step := range order {
						[]func(*protocolServer){o.owner.refresh, o.owner.makePlan, o.other.refresh, o.other.makePlan}[step](plan)
					}
					if ownerFirst {
						o.owner.apply(apply)
						o.other.apply(apply)
					} else {
						o.other.apply(apply)
						o.owner.apply(apply)
					}
					want := map[string]string{"environment": "production"}
					if c.gone {
						want = map[string]string{}
					}
					expectTags(t, mock, image, want)
					if c.gone {
						return
					}
					expectSettled(t, mock, o.owner)
				})
			}
		}
	}
}

// expectSettled fails the test when the next plan has anything to do, with a refresh or without.
func expectSettled(t *testing.T, mock *imstest.Server, o *object) {
	t.Helper()
	for _, refresh := range []bool{false, true} {
		p := newProtocolServer(t, mock)
		if refresh {
			o.refresh(p)
		}
		o.makePlan(p)
		if !p.equal(o.plan.PlannedState, o.state) {
			t.Errorf("the next plan is not empty, with a refresh: %t", refresh)
		}
	}
}

// An owner that was read before the destroy of the other is planned has nothing to do: that delete is left out already.
func TestAnOwnerThatWasReadFirstIsNotChanged(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	owner, other := createObject(t, mock, image), createObject(t, mock, image)
	other.destroy = true
	p := newProtocolServer(t, mock)
	owner.refresh(p)
	other.makePlan(p)
	owner.makePlan(p)
	if !p.equal(owner.plan.PlannedState, owner.state) {
		t.Error("a change of the owner is planned")
	}
}

// A create that failed is no reason to leave a tag in place.
func TestACreateThatFailedClaimsNothing(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	mock.PutImage(imstest.Image{ID: pinnedImage})
	o := createObject(t, mock, pinnedImage)
	o.destroy = true
	p := newProtocolServer(t, mock)
	o.makePlan(p)
	apply := newProtocolServer(t, mock)
	tag := apply.value(apply.resource, tagState(pinnedImage, "production"))
	if _, err := apply.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: tagType, PriorState: apply.null(apply.resource), ProposedNewState: tag, Config: tag,
	}); err != nil {
		t.Fatal(err)
	}
	mock.Force(imstest.WriteTag, imstest.IMSError(http.StatusForbidden, "IMG.0026", "no right"))
	apply.failure(t.Context(), "create")
	o.apply(apply)
	expectTags(t, mock, pinnedImage, map[string]string{})
}
