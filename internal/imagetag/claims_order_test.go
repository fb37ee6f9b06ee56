// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"

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
	type objects struct{ owner, other *acctest.Object }
	cases := map[string]struct {
		orders  [][]int
		prepare func(objects)
		gone    bool
	}{
		"an instance that is no longer configured": {ordersOfAPlan, func(o objects) { o.other.Destroy = true }, false},
		"a deposed object":                         {ordersOfAPlan, func(o objects) { o.other.Destroy, o.other.Deposed = true, true }, false},
		"without a refresh":                        {ordersWithoutRefresh, func(o objects) { o.other.Destroy = true }, false},
		"two instances that are configured":        {ordersOfAPlan, func(objects) {}, false},
		"both":                                     {ordersOfAPlan, func(o objects) { o.owner.Destroy, o.other.Destroy = true, true }, true},
		"both, of which one is deposed": {ordersOfAPlan, func(o objects) {
			o.owner.Destroy, o.other.Destroy, o.other.Deposed = true, true, true
		}, true},
		"both without a refresh": {ordersWithoutRefresh, func(o objects) { o.owner.Destroy, o.other.Destroy = true, true }, true},
	}
	for name, c := range cases {
		for _, order := range c.orders {
			for _, ownerFirst := range []bool{true, false} {
				t.Run(fmt.Sprintf("%s/%v/owner applied first: %t", name, order, ownerFirst), func(t *testing.T) {
					t.Parallel()
					mock, image := acctest.StartWithImage(t)
					o := objects{acctest.CreateObject(t, mock, image), acctest.CreateObject(t, mock, image)}
					c.prepare(o)
					plan, apply := acctest.NewProtocolServer(t, mock), acctest.NewProtocolServer(t, mock)
					for _, step := range order {
						[]func(*acctest.ProtocolServer){o.owner.Refresh, o.owner.MakePlan, o.other.Refresh, o.other.MakePlan}[step](plan)
					}
					if ownerFirst {
						o.owner.Apply(apply)
						o.other.Apply(apply)
					} else {
						o.other.Apply(apply)
						o.owner.Apply(apply)
					}
					want := map[string]string{"environment": "production"}
					if c.gone {
						want = map[string]string{}
					}
					acctest.ExpectTags(t, mock, image, want)
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
func expectSettled(t *testing.T, mock *imstest.Server, o *acctest.Object) {
	t.Helper()
	for _, refresh := range []bool{false, true} {
		p := acctest.NewProtocolServer(t, mock)
		if refresh {
			o.Refresh(p)
		}
		o.MakePlan(p)
		if !p.Equal(o.Plan.PlannedState, o.State) {
			t.Errorf("the next plan is not empty, with a refresh: %t", refresh)
		}
	}
}

// An owner that was read before the destroy of the other is planned has nothing to do: that delete is left out already.
func TestAnOwnerThatWasReadFirstIsNotChanged(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	owner, other := acctest.CreateObject(t, mock, image), acctest.CreateObject(t, mock, image)
	other.Destroy = true
	p := acctest.NewProtocolServer(t, mock)
	owner.Refresh(p)
	other.MakePlan(p)
	owner.MakePlan(p)
	if !p.Equal(owner.Plan.PlannedState, owner.State) {
		t.Error("a change of the owner is planned")
	}
}

// A create that failed is no reason to leave a tag in place.
func TestACreateThatFailedClaimsNothing(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	mock.PutImage(imstest.Image{ID: pinnedImage})
	o := acctest.CreateObject(t, mock, pinnedImage)
	o.Destroy = true
	p := acctest.NewProtocolServer(t, mock)
	o.MakePlan(p)
	apply := acctest.NewProtocolServer(t, mock)
	tag := apply.Value(apply.Resource, acctest.TagState(pinnedImage, "production"))
	apply.Plan(apply.Null(apply.Resource), tag, tag, nil)
	mock.Force(imstest.WriteTag, imstest.IMSError(http.StatusForbidden, "IMG.0026", "no right"))
	failure(t.Context(), apply, "create")
	o.Apply(apply)
	acctest.ExpectTags(t, mock, pinnedImage, map[string]string{})
}
