// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// A page without a response takes at most half of a caller's time, and is cancelled when no caller waits for it.
func TestUnansweredPageTakesHalfOfTheTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStoreAfterReads(t)
		begun := time.Now()
		short, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		long, cancel := context.WithTimeout(t.Context(), 18*time.Second)
		defer cancel()
		first, second := startConfirm(short, s, 10), startConfirm(long, s, 11)
		m.Open(t, 1)
		if <-first || time.Since(begun) != 5*time.Second {
			t.Errorf("the first caller stopped waiting after %s", time.Since(begun))
		}
		m.Open(t, 1)
		if <-second || time.Since(begun) != 9*time.Second {
			t.Errorf("the second caller stopped waiting after %s", time.Since(begun))
		}
		m.Open(t, 0)
		read := startRead(t.Context(), s, (&fakeService{}).image(12))
		m.Answer(t, 200, oldTags)
		(<-read).expectValue(t, "old")
		if <-startConfirm(t.Context(), s, 13) { // no further page is requested
			t.Error("it is confirmed")
		}
		m.Total(t, 13)
	})
}

// A caller without a deadline waits for ten seconds.
func TestUnansweredPageTakesTenSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStoreAfterReads(t)
		begun := time.Now()
		if <-startConfirm(t.Context(), s, 10) || time.Since(begun) != 10*time.Second {
			t.Errorf("the caller stopped waiting after %s", time.Since(begun))
		}
		m.Open(t, 0)
	})
}

// After a transient error, one successful read is enough to request the page again.
func TestPageIsRequestedAgainAfterARead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStoreAfterReads(t)
		failed := startConfirm(t.Context(), s, 10)
		m.Answer(t, 503, "")
		if <-failed || <-startConfirm(t.Context(), s, 11) {
			t.Error("it is confirmed")
		}
		m.Total(t, 12)
		read := startRead(t.Context(), s, (&fakeService{}).image(11))
		m.Answer(t, 200, oldTags)
		(<-read).expectValue(t, "old")
		again := startConfirm(t.Context(), s, 12)
		m.Answer(t, 200, (&fakeService{images: 20}).list(0, 20))
		if !<-again {
			t.Error("it is not confirmed")
		}
	})
}

// A page that is rejected or throttled does not affect other calls.
func TestRejectedPageDoesNotStopReads(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 429} {
		synctest.Test(t, func(t *testing.T) {
			s, m := newStoreAfterReads(t)
			listing := startConfirm(t.Context(), s, 10)
			m.Answer(t, status, gatewayError)
			<-listing
			var reads []<-chan readResult
			for i := range 5 {
				reads = append(reads, startRead(t.Context(), s, (&fakeService{}).image(10+i)))
			}
			m.Open(t, 5)
			for range reads {
				m.Answer(t, 200, oldTags)
			}
			for _, read := range reads {
				(<-read).expectValue(t, "old")
			}
		})
	}
}

// While the credentials are unproven, no page is sent and nobody waits for one.
func TestListingDoesNotTryCredentials(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStoreAfterReads(t)
		read := startRead(t.Context(), s, (&fakeService{}).image(10))
		m.Answer(t, 401, gatewayError)
		m.Open(t, 1)
		if <-startConfirm(t.Context(), s, 11) {
			t.Error("it is confirmed")
		}
		m.Answer(t, 200, oldTags)
		(<-read).expectValue(t, "old")
		listing := startConfirm(t.Context(), s, 11) // the page that was not sent is not an error
		m.Answer(t, 200, (&fakeService{images: 20}).list(0, 20))
		if !<-listing {
			t.Error("it is not confirmed")
		}
	})
}

func TestCancelledCallerDoesNotEndThePageForOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStoreAfterReads(t)
		ctx, cancel := context.WithCancel(t.Context())
		first, second := startConfirm(ctx, s, 10), startConfirm(t.Context(), s, 11)
		m.Open(t, 1)
		cancel()
		if <-first {
			t.Error("the tag of the cancelled caller is confirmed")
		}
		m.Answer(t, 200, (&fakeService{images: 20}).list(0, 20))
		if !<-second {
			t.Error("the tag of the other caller is not confirmed")
		}
		m.Total(t, 12)
	})
}

// A caller that arrives while a page is in flight waits for it, even if no further page may be requested.
func TestCallersWaitForThePageInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStoreAfterReads(t)
		f := &fakeService{others: 1000, images: 20}
		first := startConfirm(t.Context(), s, 19)
		for page := range 9 {
			m.Answer(t, 200, f.list(page*10, 10))
		}
		m.Open(t, 1)
		second := startConfirm(t.Context(), s, 18)
		m.Open(t, 1)
		m.Answer(t, 200, f.list(1000, 1000))
		if !<-first || !<-second {
			t.Error("they are not confirmed")
		}
		m.Total(t, 1+10+10)
	})
}
