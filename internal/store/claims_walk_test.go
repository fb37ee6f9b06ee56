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
	plan := func(announced bool) store.Claim {
		claims.Planning(announced)
		claims.HoldAll(image, store.NewProvisionalOwner(), func(string) bool { return false }, true)
		claim := claims.Of(image, "k", store.NewProvisionalOwner())
		claim.Hold()
		return claim
	}
	plan(false)
	if plan(false).Rival() == nil {
		t.Error("two owners of one plan are no rivals")
	}
	claims.Of(image, "k", "replaced").Hold()
	claims.Of(image, "gone", "removed").WillDelete()
	claims.Planning(true)
	if !claims.Of(image, "gone", "created").Threatened() {
		t.Error("a delete of the plan is none of the apply")
	}
	created := claims.Of(image, "k", "created")
	created.Hold()
	claims.Applying()
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

	claims.Of(image, "k", "created").Hold()
	claims.Applying()
	claims.Reading()
	if other := claims.Of(image, "k", "other"); other.IsOwned() || !other.WillDelete() {
		t.Error("the plan after a destroy has its claims")
	}
}

// In a plan that may defer changes, Terraform announces each instance as in an apply, and reads others between them.
func TestClaimsOfAPlanThatMayDefer(t *testing.T) {
	t.Parallel()
	claims := new(store.Claims)
	claims.Reading()
	claims.Planning(true)
	claims.Of(image, "k", "renamed").Hold()
	claims.Reading()
	if claims.Of(image, "k", "removed").WillDelete() {
		t.Error("a delete forgets the owner that was planned before")
	}
	claims.Planning(true)
	if claims.Of(image, "k", "removed").WillDelete() {
		t.Error("the next owner in the plan drops the one before")
	}
}
