// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

func startPeek(ctx context.Context, s *store.Store, image ims.Image) <-chan readResult {
	result := make(chan readResult, 1)
	go func() {
		tags, err := s.Peek(ctx, image)
		result <- readResult{tags: tags, err: err}
	}()
	return result
}

func TestPeekSharesItsReadWithReaders(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		peek, read := startPeek(t.Context(), s, image), startRead(t.Context(), s, image)
		m.Answer(t, 200, newTags)
		(<-peek).expectValue(t, "new")
		(<-read).expectValue(t, "new")
		(<-startPeek(t.Context(), s, image)).expectValue(t, "new")
		m.Total(t, 1+1)
	})
}

// A peek that fails is not repeated. A reader that waits for it makes a call of its own.
func TestAFailedPeekIsRepeatedForReadersAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		peek := startPeek(t.Context(), s, image)
		m.Open(t, 1)
		read := startRead(t.Context(), s, image)
		synctest.Wait()
		m.Answer(t, 503, `{"error_code":"APIGW.0201","error_msg":"Backend unavailable"}`)
		if got := <-peek; got.err == nil {
			t.Error("the peek succeeded")
		}
		m.Answer(t, 200, newTags)
		(<-read).expectValue(t, "new")
		if got := <-startPeek(t.Context(), s, image); !errors.Is(got.err, store.ErrNoPeek) {
			t.Errorf("a second peek returned %v", got.err)
		}
		m.Total(t, 1+2)
	})
}

// A service that does not respond delays nobody for long, and is peeked at no more.
func TestAPeekGivesUpSoon(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		started := time.Now()
		if got := <-startPeek(t.Context(), s, image); !errors.Is(got.err, context.DeadlineExceeded) {
			t.Errorf("the peek returned %v", got.err)
		}
		if took := time.Since(started); took != 5*time.Second {
			t.Errorf("the peek took %s", took)
		}
		if got := <-startPeek(t.Context(), s, other); !errors.Is(got.err, store.ErrNoPeek) {
			t.Errorf("a peek at another image returned %v", got.err)
		}
		m.Total(t, 1+1)
	})
}

// A page of the listing that takes too long leaves time to read the image, and does not end the peeks.
func TestAPeekReadsTheImageIfTheListingIsSlow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStoreAfterReads(t)
		at := (&fakeService{}).image
		peek := startPeek(t.Context(), s, at(20))
		m.Open(t, 1)
		<-time.After(6 * time.Second)
		m.Answer(t, 200, newTags)
		(<-peek).expectValue(t, "new")

		peek = startPeek(t.Context(), s, at(21))
		m.Answer(t, 200, oldTags)
		(<-peek).expectValue(t, "old")
	})
}
