// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

const (
	oldTags = `{"tags":[{"key":"k","value":"old"}]}`
	newTags = `{"tags":[{"key":"k","value":"new"}]}`
)

// readResult is the result of a read.
type readResult struct {
	tags []ims.Tag
	err  error
}

// written is the key of a tag that tests write in addition to the tags of the service.
const written = "written"

// expectValue checks the value of the tag k, the only tag besides the written one.
func (r readResult) expectValue(t *testing.T, value string) {
	t.Helper()
	shown := slices.DeleteFunc(slices.Clone(r.tags), func(tag ims.Tag) bool { return tag.Key == written })
	if r.err != nil || !slices.Equal(shown, []ims.Tag{{Key: "k", Value: value}}) {
		t.Errorf("the tags are %v, %v, want the value %s", r.tags, r.err, value)
	}
}

// startRead reads the tags of an image in a goroutine.
func startRead(ctx context.Context, s *store.Store, of ims.Image) <-chan readResult {
	done := make(chan readResult, 1)
	go func() {
		tags, err := s.Tags(ctx, of)
		done <- readResult{tags, err}
	}()
	return done
}

func TestConcurrentReadsShareOneCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		var reads []<-chan readResult
		for range 10 {
			reads = append(reads, startRead(t.Context(), s, image))
		}
		m.Open(t, 1)
		m.Answer(t, 200, oldTags)
		for _, read := range reads {
			(<-read).expectValue(t, "old")
		}
		m.Total(t, 2)
	})
}

// A caller whose context has ended always gets its error, and sends nothing.
func TestCancelledReaderGetsItsOwnError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		first := startRead(t.Context(), s, image)
		m.Answer(t, 200, oldTags)
		(<-first).expectValue(t, "old")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 50 { // select takes a random one of the cases that are ready
			for _, of := range []ims.Image{image, {ProjectID: project, ID: "another"}} {
				if got := <-startRead(ctx, s, of); !errors.Is(got.err, context.Canceled) {
					t.Fatalf("the error is %v", got.err)
				}
			}
		}
		m.Total(t, 2)
	})
}

func TestReadsAreKeptUntilForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		first := startRead(t.Context(), s, image)
		m.Answer(t, 200, oldTags)
		(<-first).expectValue(t, "old")
		(<-startRead(t.Context(), s, image)).expectValue(t, "old")
		m.Total(t, 2)

		s.Forget(other)
		(<-startRead(t.Context(), s, image)).expectValue(t, "old")
		m.Total(t, 2)

		s.Forget(image)
		again := startRead(t.Context(), s, image)
		m.Answer(t, 200, newTags)
		(<-again).expectValue(t, "new")
		m.Total(t, 3)
	})
}

func TestEachImageHasItsOwnRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		elsewhere := ims.Image{ProjectID: strings.Repeat("f", 32), ID: image.ID}
		for _, of := range []ims.Image{image, other, elsewhere} {
			startRead(t.Context(), s, of)
		}
		open := m.Open(t, 3) // at once
		paths := make(map[string]bool)
		for _, request := range open {
			paths[request.URL.Path] = true
			m.Answer(t, 200, oldTags)
		}
		if len(paths) != 3 {
			t.Errorf("the calls were %v", paths)
		}
	})
}

// A read that is in flight during a write may not include the write.
func TestReadInFlightIsNotKeptIfForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		before := startRead(t.Context(), s, image)
		m.Open(t, 1)
		s.Forget(image)
		after := startRead(t.Context(), s, image)
		m.Open(t, 2)
		m.Answer(t, 200, oldTags)
		(<-before).expectValue(t, "old")
		joined := startRead(t.Context(), s, image)
		m.Open(t, 1)
		m.Answer(t, 200, newTags)
		(<-after).expectValue(t, "new")
		(<-joined).expectValue(t, "new")
		(<-startRead(t.Context(), s, image)).expectValue(t, "new")
		m.Total(t, 3)
	})
}

func TestForgottenReadThatFailsDoesNotDropTheNextRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		before := startRead(t.Context(), s, image)
		m.Open(t, 1)
		s.Forget(image)
		after := startRead(t.Context(), s, image)
		m.Open(t, 2)
		m.Answer(t, 403, "")
		if got := <-before; got.err == nil {
			t.Error("the first read succeeded")
		}
		m.Answer(t, 200, newTags)
		(<-after).expectValue(t, "new")
		(<-startRead(t.Context(), s, image)).expectValue(t, "new")
		m.Total(t, 3)
	})
}

func TestFailedReadsAreNotKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		failed := []<-chan readResult{startRead(t.Context(), s, image), startRead(t.Context(), s, image)}
		m.Open(t, 1)
		m.Answer(t, 403, `{"error":{"code":"IMG.0026","message":"no right"}}`)
		for _, read := range failed {
			if got := <-read; got.err == nil || got.tags != nil {
				t.Errorf("the tags are %v, %v", got.tags, got.err)
			}
		}
		again := startRead(t.Context(), s, image)
		m.Answer(t, 200, newTags)
		(<-again).expectValue(t, "new")
	})
}

// That an image does not exist is a sure answer, which all its tags share.
func TestAMissingImageIsReadOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		first := startRead(t.Context(), s, image)
		m.Answer(t, 404, `{"error":{"code":"IMG.0027","message":"no image"}}`)
		for _, read := range []<-chan readResult{first, startRead(t.Context(), s, image)} {
			if got := <-read; !ims.IsImageNotFound(got.err) || got.tags != nil {
				t.Errorf("the tags are %v, %v", got.tags, got.err)
			}
		}
		m.Total(t, 1+1)
	})
}

func TestCancelledReaderDoesNotCancelTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		ctx, cancel := context.WithCancel(t.Context())
		first := startRead(ctx, s, image) // this one starts the call
		m.Open(t, 1)
		second := startRead(t.Context(), s, image)
		synctest.Wait()
		cancel()
		got := <-first
		if e := asError(t, got.err); !errors.Is(got.err, context.Canceled) || e.Operation != ims.OperationListTags ||
			e.Method != http.MethodGet || e.Path != tagPath {
			t.Errorf("the error is %+v", e)
		}
		m.Open(t, 1)
		m.Answer(t, 200, oldTags)
		(<-second).expectValue(t, "old")
		(<-startRead(t.Context(), s, image)).expectValue(t, "old")
		m.Total(t, 2)
	})
}

func TestLastCancelledReaderCancelsTheCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		ctx, cancel := context.WithCancel(t.Context())
		reads := []<-chan readResult{startRead(ctx, s, image), startRead(ctx, s, image)}
		request := m.Open(t, 1)[0]
		if request.Context().Err() != nil {
			t.Fatal("the context of the call has ended already")
		}
		cancel()
		for _, read := range reads {
			if got := <-read; !errors.Is(got.err, context.Canceled) {
				t.Errorf("the error is %v", got.err)
			}
		}
		m.Open(t, 0)
		if request.Context().Err() == nil {
			t.Error("the call was not cancelled")
		}
		again := startRead(t.Context(), s, image)
		m.Answer(t, 200, newTags)
		(<-again).expectValue(t, "new")
	})
}

// The call that the last reader has cancelled may take a while to end. The next reader does not wait for it.
func TestReaderAfterTheLastCancelledOneHasItsOwnCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		m.IgnoreCancel = true
		ctx, cancel := context.WithCancel(t.Context())
		cancelled := startRead(ctx, s, image)
		m.Open(t, 1)
		cancel()
		<-cancelled
		next := startRead(t.Context(), s, image)
		m.Open(t, 2)
		m.Answer(t, 200, oldTags) // the cancelled call
		synctest.Wait()
		m.Answer(t, 200, newTags)
		(<-next).expectValue(t, "new")
		(<-startRead(t.Context(), s, image)).expectValue(t, "new")
		m.Total(t, 3)
	})
}

// The error of a reader whose deadline expires has the last response, too.
func TestErrorOfAReaderHasTheLastResponse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		long := startRead(t.Context(), s, image)
		m.Answer(t, 503, `{"error":{"code":"IMG.0001","message":"busy"}}`, "Retry-After", "60", "X-Request-Id", "r-1")
		m.Open(t, 0)

		got := <-startRead(ctx, s, image)
		e := asError(t, got.err)
		if !errors.Is(got.err, context.DeadlineExceeded) || e.StatusCode != http.StatusServiceUnavailable || e.Code != "IMG.0001" || e.RequestID != "r-1" {
			t.Errorf("the error is %+v", e)
		}
		<-m.Next(t)
		m.Answer(t, 200, oldTags)
		(<-long).expectValue(t, "old")
	})
}

func TestErrorOfAReadThatWasNotSentSaysThatTheServiceThrottles(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		client := newClient(t, m, withMaxJitter)
		acceptCredentials(t, m, client)
		first := runInBackground(func() error { return client.WriteTag(t.Context(), other, ims.Tag{Key: "k"}) })
		m.Answer(t, 429, gatewayError, "Retry-After", "300")
		m.Open(t, 0)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		e := asError(t, (<-startRead(ctx, store.New(client, store.Options{}), image)).err)
		if !errors.Is(e, ims.ErrWaitTooLong) || e.Attempts != 0 || e.Path == "" {
			t.Errorf("the error is %v, after %d attempts", e, e.Attempts)
		}
		<-time.After(4 * time.Minute)
		m.Answer(t, 204, "")
		expectSuccess(t, first)
	})
}

// The error of a reader whose deadline expires says why the service could not be reached, too.
func TestErrorOfAReaderHasTheReasonForNoResponse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newClient(t, unreachableService(), withMaxJitter)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // one of which is the first backoff
		defer cancel()
		s := store.New(client, store.Options{})
		long := startRead(t.Context(), s, image)
		got := <-startRead(ctx, s, image)
		if !errors.Is(got.err, context.DeadlineExceeded) || !errors.Is(got.err, syscall.ECONNREFUSED) {
			t.Errorf("the error is %v", got.err)
		}
		<-long
	})
}
