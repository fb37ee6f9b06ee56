// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"slices"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// An owner of all tags and the owner of one of them learn of each other, whichever is planned last, and only that one.
func TestAnOwnerOfAllTagsHasIntruders(t *testing.T) {
	t.Parallel()
	ignoresCI := func(key string) bool { return key == "ci" }
	for _, allFirst := range []bool{true, false} {
		claims := new(store.Claims)
		one, ignored := claims.Of(image, "stage", "one"), claims.Of(image, "ci", "one")
		holdAll := func() { claims.HoldAll(image, "all", ignoresCI, false) }
		if allFirst {
			holdAll()
		}
		for _, claim := range []store.Claim{one, ignored} {
			claim.InState()
			claim.Hold()
		}
		claims.Of(image, "own", "all").Hold()
		claims.Of(image, "leaving", "two").WillDelete()
		claims.Of(other, "elsewhere", "two").Hold()
		if !allFirst {
			holdAll()
		}
		holdAll() // planned again

		keys, known := claims.Intruders(image, "all")
		rival := one.Rival()
		if want := []string{"stage"}; !allFirst && (!slices.Equal(keys, want) || !known || rival != nil) {
			t.Errorf("the intruders are %v (known: %t), and the rival is %v", keys, known, rival)
		}
		if allFirst && (len(keys) > 0 || rival == nil || !rival.HasAll || !rival.Known) {
			t.Errorf("the intruders are %v, and the rival is %+v", keys, rival)
		}
		if ignored.Rival() != nil || claims.Of(image, "own", "all").Rival() != nil {
			t.Error("a key that is ignored, or its own, has a rival")
		}
		claims.YieldAll(image, "all")
		if keys, _ := claims.Intruders(image, "all"); len(keys) > 0 || one.Rival() != nil {
			t.Error("an owner that has yielded all tags has intruders")
		}
	}
}

// It was not applied before if the owner of all tags is new, or if the tag is.
func TestNewIntrudersAreNotKnown(t *testing.T) {
	t.Parallel()
	all := func(string) bool { return false }
	for _, isNew := range []bool{true, false} {
		for _, inState := range []bool{true, false} {
			claims := new(store.Claims)
			claim := claims.Of(image, "k", "one")
			claims.Of(image, "k", "all").InState() // somebody else has added it
			claims.Of(image, "k", "all").WillDelete()
			if inState {
				claim.InState()
			}
			claim.Hold()
			claims.HoldAll(image, "all", all, isNew)
			claims.HoldAll(image, "all", all, false) // a replacement is planned twice
			keys, known := claims.Intruders(image, "all")
			if len(keys) != 1 || known != (inState && !isNew) {
				t.Errorf("new: %t, in a state: %t: the intruders are %v (known: %t)", isNew, inState, keys, known)
			}
		}
	}
}
