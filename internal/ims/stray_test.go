package ims_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
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
