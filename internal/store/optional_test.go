package store_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// A listing that does not answer takes no more than half of a caller's time, and ends when nobody waits for it.
func TestAListingThatDoesNotAnswerIsLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reader, d := manyRead(t)
		begun := time.Now()
		hasty, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		patient, cancel := context.WithTimeout(t.Context(), 18*time.Second)
		defer cancel()
		first, second := startConfirm(hasty, reader, 10), startConfirm(patient, reader, 11)
		d.Open(t, 1)
		if <-first || time.Since(begun) != 5*time.Second {
			t.Errorf("the first was left after %s", time.Since(begun))
		}
		d.Open(t, 1)
		if <-second || time.Since(begun) != 9*time.Second {
			t.Errorf("the second was left after %s", time.Since(begun))
		}
		d.Open(t, 0)
		read := startRead(t.Context(), reader, (&fleet{}).image(12))
		d.Answer(t, 200, oldTags)
		(<-read).expect(t, "old")
		if <-startConfirm(t.Context(), reader, 13) { // and it is not tried again
			t.Error("it is confirmed")
		}
		d.Total(t, 13)
	})
}

// Nor does it take more than ten seconds of anybody's time.
func TestAListingThatDoesNotAnswerTakesTenSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reader, d := manyRead(t)
		begun := time.Now()
		if <-startConfirm(t.Context(), reader, 10) || time.Since(begun) != 10*time.Second {
			t.Errorf("it was left after %s", time.Since(begun))
		}
		d.Open(t, 0)
	})
}

// After a fault that may pass, one read that is answered is enough to ask for the page again.
func TestAPageIsAskedForAgainAfterARead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reader, d := manyRead(t)
		failed := startConfirm(t.Context(), reader, 10)
		d.Answer(t, 503, "")
		if <-failed || <-startConfirm(t.Context(), reader, 11) {
			t.Error("it is confirmed")
		}
		d.Total(t, 12)
		read := startRead(t.Context(), reader, (&fleet{}).image(11))
		d.Answer(t, 200, oldTags)
		(<-read).expect(t, "old")
		again := startConfirm(t.Context(), reader, 12)
		d.Answer(t, 200, (&fleet{images: 20}).list(0, 20))
		if !<-again {
			t.Error("it is not confirmed")
		}
	})
}

// What a listing is refused with says nothing of the other calls.
func TestARefusedListingHoldsUpNothing(t *testing.T) {
	t.Parallel()
	for _, status := range []int{401, 429} {
		synctest.Test(t, func(t *testing.T) {
			reader, d := manyRead(t)
			listing := startConfirm(t.Context(), reader, 10)
			d.Answer(t, status, refused)
			<-listing
			var reads []<-chan reading
			for i := range 5 {
				reads = append(reads, startRead(t.Context(), reader, (&fleet{}).image(10+i)))
			}
			d.Open(t, 5)
			for range reads {
				d.Answer(t, 200, oldTags)
			}
			for _, read := range reads {
				(<-read).expect(t, "old")
			}
		})
	}
}

// While the credentials are in doubt, nobody waits for a listing: it does not try them.
func TestAListingDoesNotTryCredentials(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reader, d := manyRead(t)
		read := startRead(t.Context(), reader, (&fleet{}).image(10))
		d.Answer(t, 401, refused)
		d.Open(t, 1)
		if <-startConfirm(t.Context(), reader, 11) {
			t.Error("it is confirmed")
		}
		d.Answer(t, 200, oldTags)
		(<-read).expect(t, "old")
		listing := startConfirm(t.Context(), reader, 11) // the page that was not sent is no fault
		d.Answer(t, 200, (&fleet{images: 20}).list(0, 20))
		if !<-listing {
			t.Error("it is not confirmed")
		}
	})
}

func TestCallersThatLeaveDoNotEndTheListingForOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reader, d := manyRead(t)
		ctx, cancel := context.WithCancel(t.Context())
		first, second := startConfirm(ctx, reader, 10), startConfirm(t.Context(), reader, 11)
		d.Open(t, 1)
		cancel()
		if <-first {
			t.Error("a cancelled caller was told yes")
		}
		d.Answer(t, 200, (&fleet{images: 20}).list(0, 20))
		if !<-second {
			t.Error("the other was not")
		}
		d.Total(t, 12)
	})
}

// Who comes while a page is on its way waits for it, even if it is the last one that is worth a call.
func TestThePageThatIsOnItsWayIsWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		reader, d := manyRead(t)
		f := &fleet{others: 1000, images: 20}
		first := startConfirm(t.Context(), reader, 19)
		for page := range 9 {
			d.Answer(t, 200, f.list(page*10, 10))
		}
		d.Open(t, 1)
		second := startConfirm(t.Context(), reader, 18)
		d.Open(t, 1)
		d.Answer(t, 200, f.list(1000, 1000))
		if !<-first || !<-second {
			t.Error("they are not confirmed")
		}
		d.Total(t, 1+10+10)
	})
}
