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

// reading is what a read ended with.
type reading struct {
	tags []ims.Tag
	err  error
}

// written is the key of a tag that a test writes beside those that the service shows.
const written = "written"

func (r reading) expect(t *testing.T, value string) {
	t.Helper()
	shown := slices.DeleteFunc(slices.Clone(r.tags), func(tag ims.Tag) bool { return tag.Key == written })
	if r.err != nil || !slices.Equal(shown, []ims.Tag{{Key: "k", Value: value}}) {
		t.Errorf("the tags are %v, %v, want the %s ones", r.tags, r.err, value)
	}
}

func startRead(ctx context.Context, s *store.Store, of ims.Image) <-chan reading {
	done := make(chan reading, 1)
	go func() {
		tags, err := s.Tags(ctx, of)
		done <- reading{tags, err}
	}()
	return done
}

func TestConcurrentReadsAreOneCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		var reads []<-chan reading
		for range 10 {
			reads = append(reads, startRead(t.Context(), s, image))
		}
		d.Open(t, 1)
		d.Answer(t, 200, oldTags)
		for _, read := range reads {
			(<-read).expect(t, "old")
		}
		d.Total(t, 2)
	})
}

// Whoever is cancelled is told so, whatever is known, and asks for nothing.
func TestAReaderThatIsCancelledAsksForNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		first := startRead(t.Context(), s, image)
		d.Answer(t, 200, oldTags)
		(<-first).expect(t, "old")
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 50 { // a select takes any of the cases that are ready
			for _, of := range []ims.Image{image, {ProjectID: project, ID: "another"}} {
				if got := <-startRead(ctx, s, of); !errors.Is(got.err, context.Canceled) {
					t.Fatalf("the error is %v", got.err)
				}
			}
		}
		d.Total(t, 2)
	})
}

func TestReadsAreRememberedUntilForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		first := startRead(t.Context(), s, image)
		d.Answer(t, 200, oldTags)
		(<-first).expect(t, "old")
		(<-startRead(t.Context(), s, image)).expect(t, "old")
		d.Total(t, 2)

		s.Forget(other)
		(<-startRead(t.Context(), s, image)).expect(t, "old")
		d.Total(t, 2)

		s.Forget(image)
		again := startRead(t.Context(), s, image)
		d.Answer(t, 200, newTags)
		(<-again).expect(t, "new")
		d.Total(t, 3)
	})
}

func TestEachImageHasAReadOfItsOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		elsewhere := ims.Image{ProjectID: strings.Repeat("f", 32), ID: image.ID}
		for _, of := range []ims.Image{image, other, elsewhere} {
			startRead(t.Context(), s, of)
		}
		open := d.Open(t, 3) // at once
		paths := make(map[string]bool)
		for _, request := range open {
			paths[request.URL.Path] = true
			d.Answer(t, 200, oldTags)
		}
		if len(paths) != 3 {
			t.Errorf("the calls were %v", paths)
		}
	})
}

// A list that is on its way during a write may have been answered before it.
func TestWhatIsForgottenDuringTheCallIsNotRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		before := startRead(t.Context(), s, image)
		d.Open(t, 1)
		s.Forget(image)
		after := startRead(t.Context(), s, image)
		d.Open(t, 2)
		d.Answer(t, 200, oldTags)
		(<-before).expect(t, "old")
		joined := startRead(t.Context(), s, image)
		d.Open(t, 1)
		d.Answer(t, 200, newTags)
		(<-after).expect(t, "new")
		(<-joined).expect(t, "new")
		(<-startRead(t.Context(), s, image)).expect(t, "new")
		d.Total(t, 3)
	})
}

func TestAForgottenCallThatFailsLeavesTheNewOneRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		before := startRead(t.Context(), s, image)
		d.Open(t, 1)
		s.Forget(image)
		after := startRead(t.Context(), s, image)
		d.Open(t, 2)
		d.Answer(t, 403, "")
		if got := <-before; got.err == nil {
			t.Error("the first read succeeded")
		}
		d.Answer(t, 200, newTags)
		(<-after).expect(t, "new")
		(<-startRead(t.Context(), s, image)).expect(t, "new")
		d.Total(t, 3)
	})
}

func TestFailuresAreNotRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		failed := []<-chan reading{startRead(t.Context(), s, image), startRead(t.Context(), s, image)}
		d.Open(t, 1)
		d.Answer(t, 404, `{"error":{"code":"IMG.0027","message":"no image"}}`)
		for _, read := range failed {
			if got := <-read; !ims.IsImageNotFound(got.err) || got.tags != nil {
				t.Errorf("the tags are %v, %v", got.tags, got.err)
			}
		}
		again := startRead(t.Context(), s, image)
		d.Answer(t, 200, newTags)
		(<-again).expect(t, "new")
	})
}

func TestACancelledReaderDoesNotFailTheOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		ctx, cancel := context.WithCancel(t.Context())
		first := startRead(ctx, s, image) // the call was made for this one
		d.Open(t, 1)
		second := startRead(t.Context(), s, image)
		synctest.Wait()
		cancel()
		got := <-first
		if e := asError(t, got.err); !errors.Is(got.err, context.Canceled) || e.Operation != ims.OperationListTags ||
			e.Method != http.MethodGet || e.Path != tagPath {
			t.Errorf("the error is %+v", e)
		}
		d.Open(t, 1)
		d.Answer(t, 200, oldTags)
		(<-second).expect(t, "old")
		(<-startRead(t.Context(), s, image)).expect(t, "old")
		d.Total(t, 2)
	})
}

func TestTheLastCancelledReaderEndsTheCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		ctx, cancel := context.WithCancel(t.Context())
		reads := []<-chan reading{startRead(ctx, s, image), startRead(ctx, s, image)}
		request := d.Open(t, 1)[0]
		if request.Context().Err() != nil {
			t.Fatal("the call has ended already")
		}
		cancel()
		for _, read := range reads {
			if got := <-read; !errors.Is(got.err, context.Canceled) {
				t.Errorf("the error is %v", got.err)
			}
		}
		d.Open(t, 0)
		if request.Context().Err() == nil {
			t.Error("the call goes on")
		}
		again := startRead(t.Context(), s, image)
		d.Answer(t, 200, newTags)
		(<-again).expect(t, "new")
	})
}

// The call that the last reader left behind may take a while to end. It must not take the next reader with it.
func TestAReaderAfterTheLastOneLeftHasACallOfItsOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		d.IgnoreCancel = true
		ctx, cancel := context.WithCancel(t.Context())
		left := startRead(ctx, s, image)
		d.Open(t, 1)
		cancel()
		<-left
		next := startRead(t.Context(), s, image)
		d.Open(t, 2)
		d.Answer(t, 200, oldTags) // of the call that was left
		synctest.Wait()
		d.Answer(t, 200, newTags)
		(<-next).expect(t, "new")
		(<-startRead(t.Context(), s, image)).expect(t, "new")
		d.Total(t, 3)
	})
}

// A reader whose time is over says what the service answered until then, not only that the time is over.
func TestAReaderThatLeavesSaysWhy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		patient := startRead(t.Context(), s, image)
		d.Answer(t, 503, `{"error":{"code":"IMG.0001","message":"busy"}}`, "Retry-After", "60", "X-Request-Id", "r-1")
		d.Open(t, 0)

		got := <-startRead(ctx, s, image)
		e := asError(t, got.err)
		if !errors.Is(got.err, context.DeadlineExceeded) || e.StatusCode != http.StatusServiceUnavailable || e.Code != "IMG.0001" || e.RequestID != "r-1" {
			t.Errorf("the error is %+v", e)
		}
		<-d.Next(t)
		d.Answer(t, 200, oldTags)
		(<-patient).expect(t, "old")
	})
}

// A read that was never sent says why.
func TestAReadThatEndsBeforeItIsSentSaysThatTheServiceThrottles(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		client := newClient(t, d, longestWaits)
		accept(t, d, client)
		first := start(func() error { return client.WriteTag(t.Context(), other, ims.Tag{Key: "k"}) })
		d.Answer(t, 429, refused, "Retry-After", "300")
		d.Open(t, 0)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		e := asError(t, (<-startRead(ctx, store.New(client, store.Options{}), image)).err)
		if !errors.Is(e, ims.ErrWaitTooLong) || e.Attempts != 0 || e.Path == "" {
			t.Errorf("the error is %v, after %d attempts", e, e.Attempts)
		}
		<-time.After(4 * time.Minute)
		d.Answer(t, 204, "")
		expectSuccess(t, first)
	})
}

// A reader that leaves says that its time is over, and why there is no answer yet.
func TestAReaderThatLeavesAServiceThatCannotBeReachedSaysWhy(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newClient(t, refusedPort(), longestWaits)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // the wait after the first attempt is one of them
		defer cancel()
		s := store.New(client, store.Options{})
		patient := startRead(t.Context(), s, image)
		got := <-startRead(ctx, s, image)
		if !errors.Is(got.err, context.DeadlineExceeded) || !errors.Is(got.err, syscall.ECONNREFUSED) {
			t.Errorf("the error is %v", got.err)
		}
		<-patient
	})
}
