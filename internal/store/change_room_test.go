// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

func (c changed) expectDone(t *testing.T) {
	t.Helper()
	if c.err != nil || !c.result.Written || c.result.Unsure {
		t.Errorf("it ends with %+v", c)
	}
}

// A change that has thought that the image has room for all makes room itself.
func TestAChangeOfAFullImageDeletesFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		started := time.Now()
		done := startChange(t.Context(), s, store.Change{Write: writes("a", "b"), Delete: deletions("c", "d")})
		refuseForRoom(t, m)
		m.Answer(t, 204, "") // the delete
		m.Answer(t, 204, "")
		(<-done).expectDone(t)
		m.Total(t, 1+3)
		if waited := time.Since(started); waited != 0 {
			t.Errorf("it waited for %s", waited)
		}
	})
}

func TestAChangeOfAFullImageAwaitsTheDeletesOfOthers(t *testing.T) {
	t.Parallel()
	others := map[string]func(*testing.T, *store.Store) <-chan error{
		"a tag": func(t *testing.T, s *store.Store) <-chan error { return startDelete(t.Context(), s, image, "old") },
		"a set": func(t *testing.T, s *store.Store) <-chan error {
			return runInBackground(func() error {
				_, err := s.Change(t.Context(), image, store.Change{Delete: deletions("old")})
				return err
			})
		},
	}
	for name, startOther := range others {
		for _, hasOwn := range []bool{false, true} {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s, m := newStore(t)
					change := store.Change{Write: writes("a", "b")}
					calls := 3
					if hasOwn {
						change.Delete, change.DeleteFirst = deletions("c"), true
						calls++
					}
					done := startChange(t.Context(), s, change)
					if hasOwn {
						m.Answer(t, 204, "")
					}
					refuseForRoom(t, m)
					<-time.After(time.Second)
					other := startOther(t, s)
					m.Answer(t, 204, "")
					expectSuccess(t, other)
					m.Answer(t, 204, "")
					(<-done).expectDone(t)
					m.Total(t, 1+calls)
				})
			})
		}
	}
}

// Its own deletes, which are done, are nothing to wait for.
func TestAChangeOfAnImageThatStaysFullGivesUp(t *testing.T) {
	t.Parallel()
	for _, remove := range [][]store.Deletion{nil, deletions("c")} {
		synctest.Test(t, func(t *testing.T) {
			s, m := newStore(t)
			started := time.Now()
			done := startChange(t.Context(), s, store.Change{Write: writes("a", "b"), Delete: remove, DeleteFirst: true})
			if remove != nil {
				m.Answer(t, 204, "")
			}
			refuseForRoom(t, m)
			got := <-done
			if !ims.IsTooManyTags(got.err) || len(got.result.Deleted) != len(remove) {
				t.Errorf("it ends with %+v", got)
			}
			if waited := time.Since(started); waited != 2*time.Second {
				t.Errorf("it waited for %s", waited)
			}
		})
	}
}

// Retries do not look again, and a tag that another owner in this process had is in nobody's way.
func TestAChangeLooksForNewTagsRightBeforeItWrites(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		var claims store.Claims
		change := store.Change{Write: writes("a", "b"), New: []store.Claim{claims.Of(image, "a", "own")}}
		theirs := `{"tags":[{"key":"a","value":"theirs"},{"key":"b","value":"theirs"}]}`

		refused := startChange(t.Context(), s, change)
		m.Answer(t, 200, theirs)
		got := <-refused
		var exists *store.ExistsError
		if !errors.As(got.err, &exists) || exists.Tag != (ims.Tag{Key: "a", Value: "theirs"}) || got.result.Written || got.result.Unsure {
			t.Errorf("it ends with %+v", got)
		}
		m.Total(t, 1+1)

		equal := startChange(t.Context(), s, change)
		m.Answer(t, 200, `{"tags":[{"key":"a","value":"new"},{"key":"b","value":"theirs"}]}`)
		m.Answer(t, 503, "") // carried out or not
		m.Answer(t, 204, "")
		(<-equal).expectDone(t)
		m.Total(t, 1+1+3)

		claims.Of(image, "a", "other").InState()
		owned := startChange(t.Context(), s, change)
		m.Answer(t, 204, "")
		(<-owned).expectDone(t)
		m.Total(t, 1+1+3+1)
	})
}
