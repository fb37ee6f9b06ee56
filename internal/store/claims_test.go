package store_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

func expectLeave(t *testing.T, claim store.Claim, want bool) {
	t.Helper()
	if got := claim.WillDelete(); got != want {
		t.Errorf("it may delete the tag: %t", got)
	}
}

func TestATagIsDeletedByItsOnlyOwner(t *testing.T) {
	t.Parallel()
	var claims store.Claims
	expectLeave(t, claims.Of(image, "k", "unheard of"), true)

	// An owner writes a key, gives it up and takes it again, as the resource of a whole set of tags does.
	it := claims.Of(image, "k", "it")
	for range 2 {
		it.Hold()
		expectLeave(t, it, true)
	}
}

func TestATagIsNotDeletedWhileAnotherOwnerHasIt(t *testing.T) {
	t.Parallel()
	claim := map[string]func(store.Claim){"read": store.Claim.Read, "held": store.Claim.Hold}
	for name, claim := range claim {
		var claims store.Claims
		it, another := claims.Of(image, "k", "it"), claims.Of(image, "k", "another")
		claim(another)
		expectLeave(t, it, false)
		if !another.Threatened() {
			t.Errorf("%s: the other one does not learn of it", name)
		}
		expectLeave(t, claims.Of(image, "K", "it"), true)
		expectLeave(t, claims.Of(other, "k", "it"), true)
		expectLeave(t, claims.Of(ims.Image{ProjectID: "p", ID: image.ID}, "k", "it"), true)
		expectLeave(t, new(store.Claims).Of(image, "k", "it"), true)
	}
}

func TestATagIsDeletedOnceNoOtherOwnerHasItAnyMore(t *testing.T) {
	t.Parallel()
	ends := map[string]func(store.Claim){
		"left": func(c store.Claim) { c.WillDelete() }, "yielded": store.Claim.Yield, "dropped": store.Claim.Drop,
	}
	for _, end := range ends {
		var claims store.Claims
		another := claims.Of(image, "k", "another")
		another.Hold()
		end(another)
		expectLeave(t, claims.Of(image, "k", "it"), true)
	}
	new(store.Claims).Of(image, "k", "it").Drop() // of nothing
}

// A claim that was dropped is forgotten: one that is made anew begins from the start.
func TestADroppedClaimIsForgotten(t *testing.T) {
	t.Parallel()
	var claims store.Claims
	another := claims.Of(image, "k", "another")
	another.Read()
	another.Drop()
	if another.WasRead() {
		t.Error("it was read")
	}
	another.Read()
	expectLeave(t, claims.Of(image, "k", "it"), false)
}

func TestOnlyADeleteThreatens(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		becomes func(store.Claim)
		want    bool
	}{
		"read": {store.Claim.Read, false}, "held": {store.Claim.Hold, false}, "yielded": {store.Claim.Yield, false},
		"left": {func(c store.Claim) { c.WillDelete() }, true},
	}
	for name, c := range cases {
		var claims store.Claims
		c.becomes(claims.Of(image, "k", "another"))
		if got := claims.Of(image, "k", "it").Threatened(); got != c.want {
			t.Errorf("%s: it is threatened: %t", name, got)
		}
	}
}

// An owner that leaves the tag to one that holds it does not write it again: the tag stays while it has it.
func TestATagIsNotDeletedWhileAnotherOwnerLeavesItToAThird(t *testing.T) {
	t.Parallel()
	var claims store.Claims
	first, second := claims.Of(image, "k", "first"), claims.Of(image, "k", "second")
	first.Hold()
	second.Read()
	second.Judge(t.Context())
	first.Yield()
	expectLeave(t, claims.Of(image, "k", "third"), false)
}

func TestJudgementOfAnEarlierOwner(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		becomes func(store.Claim)
		want    store.Judgement
	}{
		"that keeps the tag":          {store.Claim.Hold, store.Judgement{Held: true}},
		"that deletes it":             {func(c store.Claim) { c.WillDelete() }, store.Judgement{Threatened: true}},
		"that leaves it in place":     {store.Claim.Yield, store.Judgement{}},
		"that was not there":          {store.Claim.Drop, store.Judgement{}},
		"of which nothing more comes": {func(store.Claim) {}, store.Judgement{Held: true, Threatened: true}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var claims store.Claims
				first, second := claims.Of(image, "k", "first"), claims.Of(image, "k", "second")
				first.Read()
				second.Read()
				time.AfterFunc(time.Millisecond, func() { c.becomes(first) })
				if got := second.Judge(t.Context()); got != c.want {
					t.Errorf("the second is told %+v, want %+v", got, c.want)
				}
			})
		})
	}
}

func TestTheFirstOwnerIsToldOfNoOther(t *testing.T) {
	t.Parallel()
	var claims store.Claims
	first, second := claims.Of(image, "k", "first"), claims.Of(image, "k", "second")
	first.Read()
	second.Read()
	second.Hold()
	if got := first.Judge(t.Context()); got != (store.Judgement{}) {
		t.Errorf("the first is told %+v", got)
	}
}

// An owner that writes its tag again is no reason to leave the tag in place: if it is destroyed too, one deletes it.
func TestATagIsDeletedWhileAnotherOwnerWritesItAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var claims store.Claims
		first, second := claims.Of(image, "k", "first"), claims.Of(image, "k", "second")
		first.Read()
		second.Read()
		second.Judge(t.Context())
		expectLeave(t, first, true)
	})
}

func TestWasRead(t *testing.T) {
	t.Parallel()
	var claims store.Claims
	it := claims.Of(image, "k", "it")
	if it.WasRead() {
		t.Error("it was read before anything was")
	}
	it.Hold()
	if it.WasRead() {
		t.Error("what is held was not read")
	}
	it.Read()
	if !it.WasRead() {
		t.Error("it was not read")
	}
}
