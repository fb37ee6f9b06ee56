// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

const fullImage = `{"error":{"code":"IMG.0116","message":"too many tags"}}`

// refuseForRoom answers the oldest open request that the image is full.
func refuseForRoom(t *testing.T, m *faketransport.Manual) {
	t.Helper()
	m.Answer(t, 400, fullImage)
	synctest.Wait()
}

func TestAWriteOfAFullImageFollowsADeleteInProgress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		write := startWrite(t.Context(), s, image, "new")
		m.Open(t, 1)
		remove := startDelete(t.Context(), s, image, "old")
		refuseForRoom(t, m)
		<-time.After(30 * time.Second) // however long the delete takes
		m.Answer(t, 204, "")
		expectSuccess(t, remove)
		m.Answer(t, 204, "")
		expectSuccess(t, write)
		m.Total(t, 1+3)
	})
}

func TestAWriteOfAFullImageAwaitsADeleteThatStartsSoon(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		write := startWrite(t.Context(), s, image, "new")
		refuseForRoom(t, m)
		<-time.After(time.Second)
		remove := startDelete(t.Context(), s, image, "old")
		m.Answer(t, 204, "")
		expectSuccess(t, remove)
		m.Answer(t, 204, "")
		expectSuccess(t, write)
	})
}

// While other operations end, Terraform may start a delete. But that does not go on for ever.
func TestAWriteOfAFullImageGivesUp(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		others bool
		after  time.Duration
	}{
		"when nothing else happens":        {false, 2 * time.Second},
		"when others go on without delete": {true, time.Minute},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, m := newStore(t)
				started := time.Now()
				write := startWrite(t.Context(), s, image, "new")
				refuseForRoom(t, m)
				for c.others && time.Since(started) < c.after {
					busy := startWrite(t.Context(), s, other, "busy")
					m.Answer(t, 204, "")
					expectSuccess(t, busy)
					<-time.After(time.Second)
				}
				if err := <-write; !ims.IsTooManyTags(err) {
					t.Errorf("the write ended with %v", err)
				}
				if took := time.Since(started); took != c.after {
					t.Errorf("the write took %s, want %s", took, c.after)
				}
			})
		})
	}
}

// Each write that gives up lets Terraform start another operation, so the next one waits again.
func TestWritesOfAFullImageGiveUpOneAfterTheOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		first := startWrite(t.Context(), s, image, "first")
		refuseForRoom(t, m)
		second := startWrite(t.Context(), s, image, "second")
		refuseForRoom(t, m)
		waiting := second
		select {
		case err := <-first:
			expectTooMany(t, err)
		case err := <-second:
			expectTooMany(t, err)
			waiting = first
		}
		remove := startDelete(t.Context(), s, image, "old")
		m.Answer(t, 204, "")
		expectSuccess(t, remove)
		m.Answer(t, 204, "")
		expectSuccess(t, waiting)
	})
}

func expectTooMany(t *testing.T, err error) {
	t.Helper()
	if !ims.IsTooManyTags(err) {
		t.Errorf("the write ended with %v", err)
	}
}

func TestWriteNewLooksRightBeforeItsFirstPOST(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		earlier := startRead(t.Context(), s, image)
		m.Answer(t, 200, `{"tags":[]}`)
		<-earlier

		refused := runInBackground(func() error {
			return s.WriteNew(t.Context(), image, ims.Tag{Key: "k", Value: "own"}, new(store.Claims).Of(image, "k", "own"))
		})
		m.Answer(t, 200, newTags)
		var exists *store.ExistsError
		if err := <-refused; !errors.As(err, &exists) || exists.Tag.Value != "new" {
			t.Errorf("the write ended with %v", err)
		}
		m.Total(t, 1+2)

		equal := runInBackground(func() error {
			return s.WriteNew(t.Context(), image, ims.Tag{Key: "k", Value: "new"}, new(store.Claims).Of(image, "k", "own"))
		})
		m.Answer(t, 200, newTags)
		m.Answer(t, 503, "")
		m.Answer(t, 204, "")
		expectSuccess(t, equal)
		m.Total(t, 1+2+3)
	})
}

// A key that this process deletes is no obstacle once it has.
func TestWriteNewFollowsADelete(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		write := runInBackground(func() error {
			return s.WriteNew(t.Context(), image, ims.Tag{Key: "k", Value: "own"}, new(store.Claims).Of(image, "k", "own"))
		})
		m.Open(t, 1)
		remove := startDelete(t.Context(), s, image, "k")
		m.Answer(t, 200, newTags)
		m.Answer(t, 204, "")
		expectSuccess(t, remove)
		m.Answer(t, 200, newTags) // the service may still show it
		m.Answer(t, 204, "")
		expectSuccess(t, write)
	})
}

// A tag that was left by an owner that this apply has destroyed is not somebody else's, even if it is left after the write has
// found it.
func TestWriteNewTakesOverATagThatWasLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		claims := new(store.Claims)
		write := runInBackground(func() error {
			return s.WriteNew(t.Context(), image, ims.Tag{Key: "k", Value: "own"}, claims.Of(image, "k", "own"))
		})
		m.Answer(t, 200, newTags)
		synctest.Wait()
		s.Leave(image, claims.Of(image, "k", "destroyed"))
		m.Answer(t, 204, "")
		expectSuccess(t, write)
	})
}
