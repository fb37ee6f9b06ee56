// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"slices"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

func TestTheLaterOfTwoHoldersHasARival(t *testing.T) {
	t.Parallel()
	claims := new(store.Claims)
	first, second := claims.Of(image, "k", "first"), claims.Of(image, "k", "second")
	value := "v"
	first.HoldValue(&value)
	if first.Rival() != nil || second.Rival() != nil {
		t.Error("there is a rival without a second claim")
	}
	second.Hold()
	first.Hold() // planned again
	if first.Rival() != nil {
		t.Error("the first one has a rival")
	}
	rival := second.Rival()
	if rival == nil || rival.Known {
		t.Fatalf("the rival is %v", rival)
	}
	if rival.Value == nil || *rival.Value != "v" {
		t.Errorf("the value of the rival is %v", rival.Value)
	}
	first.HoldValue(nil)
	if rival := second.Rival(); rival == nil || rival.Value != nil {
		t.Errorf("the rival is %v", rival)
	}
	for name, end := range map[string]func(){"yields": first.Yield, "deletes": func() { first.WillDelete() }, "is dropped": first.Drop} {
		first.Hold()
		end()
		if second.Rival() != nil {
			t.Errorf("an owner that %s is a rival", name)
		}
	}
}

// Two owners that have the tag in their state already were applied like this.
func TestARivalThatWasInTheStateIsKnown(t *testing.T) {
	t.Parallel()
	claims := new(store.Claims)
	first, second := claims.Of(image, "k", "first"), claims.Of(image, "k", "second")
	first.Read()
	first.Drop() // the tag is gone
	second.InState()
	first.Hold()
	second.Hold()
	if rival := second.Rival(); rival == nil || !rival.Known {
		t.Errorf("the rival is %v", rival)
	}
}

func TestAnOwnerThatWasReadAndNotPlannedIsNoRival(t *testing.T) {
	t.Parallel()
	claims := new(store.Claims)
	claims.Of(image, "k", "tainted").Read()
	planned := claims.Of(image, "k", store.NewProvisionalOwner())
	planned.Hold()
	if planned.Rival() != nil {
		t.Error("it has a rival")
	}
	if !planned.IsOwned() || !planned.IsInState() || !claims.IsImageInState(image) {
		t.Error("the tag is nobody's")
	}
	unrelated := claims.Of(other, "k", "unrelated")
	if unrelated.IsOwned() || unrelated.IsInState() || claims.IsImageInState(other) {
		t.Error("a tag of another image is somebody's")
	}
}

func TestAdoptTakesTheClaimOfAPlanOver(t *testing.T) {
	t.Parallel()
	claims := new(store.Claims)
	planned, created := claims.Of(image, "k", store.NewProvisionalOwner()), claims.Of(image, "k", "created")
	planned.Hold()
	created.Adopt()
	if created.Rival() != nil || !planned.IsOwned() {
		t.Error("the claim was not taken over")
	}
	created.Drop()
	if created.IsOwned() {
		t.Error("the claim of the plan is left")
	}
	created.Adopt()
	if !planned.IsOwned() {
		t.Error("without a plan there is no claim")
	}
}

func TestKeysOfAnImage(t *testing.T) {
	t.Parallel()
	claims := new(store.Claims)
	claims.Of(image, "held", "a").Hold()
	claims.Of(image, "swapped", "a").WillDelete()
	claims.Of(image, "swapped", "b").Hold()
	claims.Of(image, "deleted", "b").WillDelete()
	claims.Of(image, "read", "c").Read()
	claims.Of(image, "dropped", "d").Hold()
	claims.Of(image, "dropped", "d").Drop()
	claims.Of(other, "other", "e").Hold()
	kept, leaving := claims.Keys(image)
	if !slices.Equal(kept, []string{"held", "swapped"}) || !slices.Equal(leaving, []string{"deleted", "read"}) {
		t.Errorf("kept are %v, leaving are %v", kept, leaving)
	}
}
