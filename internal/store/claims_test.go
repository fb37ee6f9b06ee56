// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// expectWillDelete checks whether the owner of a claim may delete the tag.
func expectWillDelete(t *testing.T, claim store.Claim, want bool) {
	t.Helper()
	if got := claim.WillDelete(); got != want {
		t.Errorf("the owner may delete the tag: %t", got)
	}
}

func TestSoleOwnerMayDelete(t *testing.T) {
	t.Parallel()
	var claims store.Claims
	expectWillDelete(t, claims.Of(image, "k", "without a claim"), true)

	// A resource that manages a set of tags can delete a tag and write it again.
	owner := claims.Of(image, "k", "owner")
	for range 2 {
		owner.Hold()
		expectWillDelete(t, owner, true)
	}
}

func TestOwnerMayNotDeleteWhatAnotherOwnerClaims(t *testing.T) {
	t.Parallel()
	kinds := map[string]func(store.Claim){"read": store.Claim.Read, "held": store.Claim.Hold}
	for name, claim := range kinds {
		var claims store.Claims
		owner, another := claims.Of(image, "k", "owner"), claims.Of(image, "k", "another")
		claim(another)
		expectWillDelete(t, owner, false)
		if !another.Threatened() {
			t.Errorf("%s: the other owner does not learn of the delete", name)
		}
		expectWillDelete(t, claims.Of(image, "K", "owner"), true)
		expectWillDelete(t, claims.Of(other, "k", "owner"), true)
		expectWillDelete(t, claims.Of(ims.Image{ProjectID: "p", ID: image.ID}, "k", "owner"), true)
		expectWillDelete(t, new(store.Claims).Of(image, "k", "owner"), true)
	}
}

func TestOwnerMayDeleteAfterAllOtherClaimsHaveEnded(t *testing.T) {
	t.Parallel()
	ends := map[string]func(store.Claim){
		"deleted": func(c store.Claim) { c.WillDelete() }, "yielded": store.Claim.Yield, "dropped": store.Claim.Drop,
	}
	for _, end := range ends {
		var claims store.Claims
		another := claims.Of(image, "k", "another")
		another.Hold()
		end(another)
		expectWillDelete(t, claims.Of(image, "k", "owner"), true)
	}
	new(store.Claims).Of(image, "k", "owner").Drop() // without a claim
}

// A new claim of the same owner starts from the beginning.
func TestDroppedClaimIsForgotten(t *testing.T) {
	t.Parallel()
	var claims store.Claims
	another := claims.Of(image, "k", "another")
	another.Read()
	another.Drop()
	if another.WasRead() {
		t.Error("it was read")
	}
	another.Read()
	expectWillDelete(t, claims.Of(image, "k", "owner"), false)
}

func TestOnlyDeletesThreaten(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		plan func(store.Claim)
		want bool
	}{
		"read": {store.Claim.Read, false}, "held": {store.Claim.Hold, false}, "yielded": {store.Claim.Yield, false},
		"deleted": {func(c store.Claim) { c.WillDelete() }, true},
	}
	for name, c := range cases {
		var claims store.Claims
		c.plan(claims.Of(image, "k", "another"))
		if got := claims.Of(image, "k", "owner").Threatened(); got != c.want {
			t.Errorf("%s: the owner is threatened: %t", name, got)
		}
	}
}

// An owner that has seen another one keep the tag does not write it again, so that the tag must stay even if that one
// gives it up.
func TestOwnerMayNotDeleteWhatAnOwnerThatDoesNotRewriteClaims(t *testing.T) {
	t.Parallel()
	var claims store.Claims
	first, second := claims.Of(image, "k", "first"), claims.Of(image, "k", "second")
	first.Hold()
	second.Read()
	second.Judge(t.Context())
	first.Yield()
	expectWillDelete(t, claims.Of(image, "k", "third"), false)
}

func TestJudgeWaitsForThePlanOfAnEarlierOwner(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		plan func(store.Claim)
		want store.Judgement
	}{
		"keeps the tag":         {store.Claim.Hold, store.Judgement{Held: true}},
		"deletes the tag":       {func(c store.Claim) { c.WillDelete() }, store.Judgement{Threatened: true}},
		"gives the tag up":      {store.Claim.Yield, store.Judgement{}},
		"does not have the tag": {store.Claim.Drop, store.Judgement{}},
		"is not planned":        {func(store.Claim) {}, store.Judgement{Held: true, Threatened: true}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var claims store.Claims
				first, second := claims.Of(image, "k", "first"), claims.Of(image, "k", "second")
				first.Read()
				second.Read()
				time.AfterFunc(time.Millisecond, func() { c.plan(first) })
				if got := second.Judge(t.Context()); got != c.want {
					t.Errorf("the judgement of the second is %+v, want %+v", got, c.want)
				}
			})
		})
	}
}

func TestJudgeIgnoresLaterOwners(t *testing.T) {
	t.Parallel()
	var claims store.Claims
	first, second := claims.Of(image, "k", "first"), claims.Of(image, "k", "second")
	first.Read()
	second.Read()
	second.Hold()
	if got := first.Judge(t.Context()); got != (store.Judgement{}) {
		t.Errorf("the judgement of the first is %+v", got)
	}
}

// An owner that writes the tag again does not keep others from deleting it: if it is destroyed too, one of them must
// delete the tag.
func TestOwnerMayDeleteWhatAnotherOwnerRewrites(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var claims store.Claims
		first, second := claims.Of(image, "k", "first"), claims.Of(image, "k", "second")
		first.Read()
		second.Read()
		second.Judge(t.Context())
		expectWillDelete(t, first, true)
	})
}

func TestWasRead(t *testing.T) {
	t.Parallel()
	var claims store.Claims
	owner := claims.Of(image, "k", "owner")
	if owner.WasRead() {
		t.Error("it was read before Read was called")
	}
	owner.Hold()
	if owner.WasRead() {
		t.Error("Hold counts as Read")
	}
	owner.Read()
	if !owner.WasRead() {
		t.Error("it was not read after Read")
	}
}
