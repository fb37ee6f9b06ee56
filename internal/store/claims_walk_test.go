// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// A process that serves several walks takes the claims of a plan neither for those of its apply, nor for those of the next plan.
func TestClaimsOfAnEarlierWalk(t *testing.T) {
	t.Parallel()
	claims := new(store.Claims)
	plan := func(isApply bool) store.Claim {
		claims.Planning(isApply)
		claims.HoldAll(image, store.NewProvisionalOwner(), func(string) bool { return false }, true)
		claim := claims.Of(image, "k", store.NewProvisionalOwner())
		claim.Hold()
		return claim
	}
	plan(false)
	if plan(false).Rival() == nil {
		t.Error("two owners of one plan are no rivals")
	}
	claims.Planning(true)
	created := claims.Of(image, "k", "created")
	created.Hold()
	if rival := created.Rival(); rival != nil {
		t.Errorf("an owner of the plan is the rival %+v in the apply", rival)
	}

	claims.Planning(true)
	if claims.Of(image, "k", "other").WillDelete() {
		t.Error("the next resource of the same apply may delete the tag")
	}
	claims.Planning(false)
	if other := claims.Of(image, "k", "other"); other.IsOwned() || !other.WillDelete() {
		t.Error("the next plan has the claims of the apply")
	}
}
