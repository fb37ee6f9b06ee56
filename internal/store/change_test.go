// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"context"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

const (
	refused = `{"error":{"code":"IMG.0115","message":"invalid"}}`
	unknown = `{"error":{"code":"IMG.0144","message":"no image"}}`
)

// changed is what came of a change in the background.
type changed struct {
	result store.Result
	err    error
}

func startChange(ctx context.Context, s *store.Store, change store.Change) <-chan changed {
	done := make(chan changed, 1)
	go func() {
		result, err := s.Change(ctx, image, change)
		done <- changed{result, err}
	}()
	return done
}

// deletions returns the deletes of an owner whom nobody disputes the keys.
func deletions(keys ...string) []store.Deletion {
	var all []store.Deletion
	for _, key := range keys {
		all = append(all, store.Deletion{Key: key, Claim: new(store.Claims).Of(image, key, "owner")})
	}
	return all
}

func writes(keys ...string) []ims.Tag {
	var all []ims.Tag
	for _, key := range keys {
		all = append(all, ims.Tag{Key: key, Value: "new"})
	}
	return all
}

func TestAChangeIsTwoCallsAtMostAndRemembered(t *testing.T) {
	t.Parallel()
	for _, deleteFirst := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s, m := newStore(t)
			done := startChange(t.Context(), s, store.Change{Write: writes("a", "b"), Delete: deletions("c", "d"), DeleteFirst: deleteFirst})
			m.Open(t, 1)
			m.Answer(t, 204, "")
			m.Open(t, 1)
			m.Answer(t, 204, "")
			got := <-done
			if got.err != nil || !got.result.Written || !slices.Equal(got.result.Deleted, []string{"c", "d"}) || got.result.Unsure {
				t.Errorf("it ends with %+v", got)
			}

			read := make(chan []ims.Tag, 1)
			go func() { tags, _ := s.Tags(t.Context(), image); read <- tags }()
			m.Answer(t, 200, `{"tags":[{"key":"a","value":"old"},{"key":"c","value":"v"},{"key":"e","value":"v"}]}`)
			tags := <-read
			for key, want := range map[string]string{"a": "new", "b": "new", "e": "v"} {
				if !slices.Contains(tags, ims.Tag{Key: key, Value: want}) {
					t.Errorf("the tags are %v", tags)
				}
			}
			if len(tags) != 3 {
				t.Errorf("the tags are %v", tags)
			}
			m.Total(t, 4)
		})
	}
}

func TestAnEmptyChangeMakesNoCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		if got := <-startChange(t.Context(), s, store.Change{}); got.err != nil || got.result.Written {
			t.Errorf("it ends with %+v", got)
		}
		m.Total(t, 1)
	})
}

// The rest is deleted, and if there is no rest, nothing is sent.
func TestAChangeLeavesKeysThatOtherOwnersClaim(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		var claims store.Claims
		claims.Of(image, "a", "other").Hold()
		own := func(key string) store.Deletion { return store.Deletion{Key: key, Claim: claims.Of(image, key, "own")} }

		got := <-startChange(t.Context(), s, store.Change{Delete: []store.Deletion{own("a")}})
		if got.err != nil || !slices.Equal(got.result.Kept, []string{"a"}) || got.result.Deleted != nil {
			t.Errorf("the claimed key alone ends with %+v", got)
		}
		m.Total(t, 1)
		done := startChange(t.Context(), s, store.Change{Delete: []store.Deletion{own("a"), own("b")}})
		m.Answer(t, 204, "")
		if got := <-done; got.err != nil || !slices.Equal(got.result.Kept, []string{"a"}) || !slices.Equal(got.result.Deleted, []string{"b"}) {
			t.Errorf("both end with %+v", got)
		}
	})
}

// Whether a call that is refused for one of its tags changed others is not documented.
func TestOnlyACallThatCannotHaveChangedAnythingIsSure(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change store.Change
		status int
		body   string
		unsure bool
	}{
		"a refused write of one tag":       {store.Change{Write: writes("a")}, 400, refused, false},
		"a refused write of two tags":      {store.Change{Write: writes("a", "b")}, 400, refused, true},
		"a refused delete of one tag":      {store.Change{Delete: deletions("a")}, 400, refused, false},
		"a refused delete of two tags":     {store.Change{Delete: deletions("a", "b")}, 400, refused, true},
		"a write to an image that is gone": {store.Change{Write: writes("a", "b")}, 400, unknown, false},
		"a gateway that gave up":           {store.Change{Write: writes("a")}, 418, "", true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, m := newStore(t)
				done := startChange(t.Context(), s, c.change)
				m.Answer(t, c.status, c.body)
				if got := <-done; got.err == nil || got.result.Unsure != c.unsure || got.result.Written || got.result.Deleted != nil {
					t.Errorf("it ends with %+v", got)
				}
			})
		})
	}
}

// What failed says what was done before it, and nothing follows it.
func TestAChangeThatFailsHalfWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		done := startChange(t.Context(), s, store.Change{Write: writes("a"), Delete: deletions("b")})
		m.Answer(t, 204, "")
		m.Answer(t, 400, refused)
		if got := <-done; got.err == nil || !got.result.Written || got.result.Unsure || got.result.Deleted != nil {
			t.Errorf("a delete that failed ends with %+v", got)
		}
		done = startChange(t.Context(), s, store.Change{Write: writes("a"), Delete: deletions("b"), DeleteFirst: true})
		m.Answer(t, 400, refused)
		if got := <-done; got.err == nil || got.result.Written || got.result.Unsure {
			t.Errorf("a delete that failed first ends with %+v", got)
		}
		m.Total(t, 4)
	})
}

func TestAChangeWaitsForTheWriteBeforeIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		write := startWrite(t.Context(), s, image, "k")
		m.Open(t, 1)
		ctx, cancel := context.WithCancel(t.Context())
		change := startChange(ctx, s, store.Change{Write: writes("a")})
		m.Open(t, 1)
		cancel()
		if e := asError(t, (<-change).err); e.Operation != ims.OperationCreateTags || e.Attempts != 0 {
			t.Errorf("the error is %+v", e)
		}
		m.Answer(t, 204, "")
		expectSuccess(t, write)
		m.Total(t, 2)
	})
}

// A set that the listing shows as it is known is not read, and one that it shows in another way is.
func TestTheListingConfirmsSetsOfTags(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &fakeService{images: 100, page: 1000}
		s := store.New(newClient(t, f), store.Options{Bulk: true})
		known := func(want ims.Tag) func([]ims.Tag) bool {
			return func(tags []ims.Tag) bool { return slices.Contains(tags, want) }
		}
		for i := range f.images {
			tags, found, err := s.TagSet(t.Context(), f.image(i), known(ims.Tag{Key: "k", Value: "v"}))
			if err != nil || !found || !slices.Equal(tags, []ims.Tag{{Key: "k", Value: "v"}}) {
				t.Fatalf("image %d has %v, %t, %v", i, tags, found, err)
			}
		}
		if f.reads != 10 || f.pages != 1 {
			t.Errorf("%d reads and %d pages", f.reads, f.pages)
		}
		if _, found, err := s.TagSet(t.Context(), f.image(50), known(ims.Tag{Key: "k", Value: "old"})); err != nil || !found || f.reads != 11 {
			t.Errorf("a set that differs ends with %t, %v after %d reads", found, err, f.reads)
		}
	})
}

func TestASetOfAnImageThatIsGoneIsNotFound(t *testing.T) {
	t.Parallel()
	gone := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) {
		return faketransport.Response(400, unknown), nil
	}}
	s := store.New(newClient(t, gone), store.Options{})
	if tags, found, err := s.TagSet(t.Context(), image, func([]ims.Tag) bool { return true }); tags != nil || found || err != nil {
		t.Errorf("it ends with %v, %t, %v", tags, found, err)
	}
}
