package ims_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// startRefused returns a call that was refused after others were accepted, and waits to be tried again, and five that came
// later.
func startRefused(t *testing.T) (d *faketransport.Manual, first, rest <-chan error, cancelFirst context.CancelFunc) {
	t.Helper()
	d = &faketransport.Manual{}
	ctx, cancelFirst := context.WithCancel(t.Context())
	t.Cleanup(cancelFirst)
	c := newClient(t, nowhere, over(d), longestWaits)
	accept(t, d, c)
	first = start(func() error { return c.DeleteTag(ctx, image, "k") })
	d.Answer(t, 401, refused)
	d.Open(t, 0)
	rest = list(t.Context(), c, 5)
	d.Open(t, 0)
	return d, first, rest, cancelFirst
}

// triedAgain waits until the call that was refused is on its way again, alone.
func expectTriedAgain(t *testing.T, d *faketransport.Manual) {
	t.Helper()
	<-time.After(time.Second - time.Nanosecond)
	d.Open(t, 0)
	<-time.After(time.Nanosecond)
	if again := d.Open(t, 1)[0]; again.Method != http.MethodDelete {
		t.Errorf("the first call sent is %s", again.Method)
	}
}

// Nothing else is sent until it is known whether the refusal was a stray one: each could be one more refusal, and enough of
// them lock the key.
func TestNoOtherCallIsSentBeforeTheOneThatWasRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, first, rest, _ := startRefused(t)
		expectTriedAgain(t, d)
		d.Answer(t, 204, "")
		expectSuccess(t, first)
		d.Open(t, 5)
		for range 5 {
			d.Answer(t, 200, `{"tags":[]}`)
			expectSuccess(t, rest)
		}
	})
}

func TestNoOtherCallIsSentAfterTheOneThatWasRefusedTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, first, rest, _ := startRefused(t)
		expectTriedAgain(t, d)
		d.Answer(t, 401, refused)
		if e := asError(t, <-first); isRefused(e) || e.Attempts != 2 {
			t.Errorf("the error is %v", e)
		}
		for range 5 {
			if err := <-rest; !isRefused(err) {
				t.Errorf("another ended with %v", err)
			}
		}
		d.Total(t, 3)
	})
}

// If the one that was refused is cancelled meanwhile, another tries the credentials.
func TestAnotherCallTriesTheCredentialsIfTheOneThatWasRefusedIsCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d, first, rest, cancelFirst := startRefused(t)
		cancelFirst()
		<-first
		d.Open(t, 1)
		d.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, rest)
		d.Open(t, 4)
		for range 4 {
			d.Answer(t, 200, `{"tags":[]}`)
			expectSuccess(t, rest)
		}
	})
}

// Calls that were refused themselves say so, whichever of them tried again.
func TestCallsThatWereRefusedTogetherHaveTheirOwnAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		c := newClient(t, nowhere, over(d), longestWaits)
		accept(t, d, c)
		both := list(t.Context(), c, 2)
		d.Open(t, 2)
		d.Answer(t, 401, refused)
		d.Answer(t, 401, refused)
		<-d.Next(t)
		d.Answer(t, 401, refused)
		attempts := 0
		for range 2 {
			e := asError(t, <-both)
			if isRefused(e) || e.StatusCode != http.StatusUnauthorized {
				t.Errorf("the error is %v", e)
			}
			attempts += e.Attempts
		}
		if attempts != 3 {
			t.Errorf("the errors tell of %d attempts, want three", attempts)
		}
	})
}

// A call that waits for its permit when the credentials are refused for good is not sent, even if they were accepted when
// it came.
func TestACallThatWaitsForItsPermitIsNotSentWithRefusedCredentials(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		c := newClient(t, nowhere, over(d), longestWaits, func(c *ims.Config) { c.ConcurrentRequests = 2 })
		accept(t, d, c)
		both := list(t.Context(), c, 2)
		d.Open(t, 2)
		d.Answer(t, 401, refused)
		d.Answer(t, 401, refused)
		<-d.Next(t)
		d.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, both)
		d.Open(t, 1) // the second tries again, alone
		rest := list(t.Context(), c, 2)
		d.Open(t, 2)
		d.Answer(t, 401, refused)
		if err := <-rest; !isRefused(err) {
			t.Errorf("the one that waited ended with %v", err)
		}
		d.Open(t, 1)
		d.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, rest)
	})
}
