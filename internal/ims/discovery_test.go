package ims_test

import (
	"context"
	"errors"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Who finds out may be cancelled or run out of time: the next one goes on from there. Who waits says why.
func TestAnotherCallGoesOnFindingOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := failing(errRefusedPort)
		client := newClient(t, nowhere, over(f), longestWaits, maxRetries(3))
		ctx, cancel := context.WithCancel(t.Context())
		first := list(ctx, client, 1)
		synctest.Wait()
		short, end := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer end()
		hasty, patient := list(short, client, 1), list(t.Context(), client, 1)
		begun := time.Now()
		<-time.After(2 * time.Second) // the first has made two attempts
		cancel()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("the first error is %v", err)
		}
		err := <-hasty
		var unreachable *ims.UnreachableError
		if e := asError(t, err); !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &unreachable) || e.Attempts != 0 {
			t.Errorf("the error of who had no time is %v", err)
		}
		if e := asError(t, <-patient); e.Attempts != 2 || !errors.Is(e, syscall.ECONNREFUSED) {
			t.Errorf("the last error is %v after %d attempts", e, e.Attempts)
		}
		if took := time.Since(begun); f.Sent() != 4 || took != 6*time.Second { // its wait is that after three attempts
			t.Errorf("%d attempts in %s, want four in six seconds", f.Sent(), took)
		}
	})
}

// An attempt that ends because its call does shows nothing of the service.
func TestAnEndedCallShowsNothingOfTheService(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		client := newClient(t, nowhere, over(d), maxRetries(0))
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if err := <-list(ctx, client, 1); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the error is %v", err)
			}
			cancel()
		}
		accept(t, d, client)
	})
}

// A service that has answered was reached, even if it has not yet accepted the credentials.
func TestWhoWaitsForTheCredentialsDoesNotSayThatTheServiceIsUnreachable(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faketransport.Scripted{Answer: func(number int, r *http.Request) (*http.Response, error) {
			switch number {
			case 1:
				return nil, errRefusedPort
			case 2:
				return faketransport.Response(503, ""), nil
			}
			<-r.Context().Done()
			return nil, r.Context().Err()
		}}
		client := newClient(t, nowhere, over(f))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		done := list(ctx, client, 2)
		for range 2 {
			var unreachable *ims.UnreachableError
			if err := <-done; !errors.Is(err, context.DeadlineExceeded) || errors.As(err, &unreachable) {
				t.Errorf("the error is %v", err)
			}
		}
	})
}
