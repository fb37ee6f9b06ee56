// SPDX-License-Identifier: MPL-2.0

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

// If the call that tries to reach the service ends, the next one continues its retries. The error of a call that
// waited says that the service could not be reached.
func TestAnotherCallContinuesTheRetriesOfACancelledOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := failingTransport(errConnectionRefused)
		client := newClient(t, fakeEndpoint, withTransport(f), withMaxJitter, withMaxRetries(3))
		ctx, cancel := context.WithCancel(t.Context())
		first := startLists(ctx, client, 1)
		synctest.Wait()
		shortCtx, end := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer end()
		short, long := startLists(shortCtx, client, 1), startLists(t.Context(), client, 1)
		begun := time.Now()
		<-time.After(2 * time.Second) // the first has made two attempts
		cancel()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("the first error is %v", err)
		}
		err := <-short
		var unreachable *ims.UnreachableError
		if e := asError(t, err); !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &unreachable) || e.Attempts != 0 {
			t.Errorf("the error of the call with a short timeout is %v", err)
		}
		if e := asError(t, <-long); e.Attempts != 2 || !errors.Is(e, syscall.ECONNREFUSED) {
			t.Errorf("the last error is %v after %d attempts", e, e.Attempts)
		}
		if took := time.Since(begun); f.Sent() != 4 || took != 6*time.Second { // the last wait is the one after three attempts
			t.Errorf("%d attempts in %s, want four in six seconds", f.Sent(), took)
		}
	})
}

// An attempt that ends because its call ends does not show that the service cannot be reached.
func TestEndedCallDoesNotCountAsUnanswered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		client := newClient(t, fakeEndpoint, withTransport(m), withMaxRetries(0))
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if err := <-startLists(ctx, client, 1); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the error is %v", err)
			}
			cancel()
		}
		acceptCredentials(t, m, client)
	})
}

// A service that has responded can be reached, even if it has not accepted the credentials yet.
func TestWaitForCredentialsDoesNotReportAnUnreachableService(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faketransport.Scripted{Answer: func(number int, r *http.Request) (*http.Response, error) {
			switch number {
			case 1:
				return nil, errConnectionRefused
			case 2:
				return faketransport.Response(503, ""), nil
			}
			<-r.Context().Done()
			return nil, r.Context().Err()
		}}
		client := newClient(t, fakeEndpoint, withTransport(f))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		done := startLists(ctx, client, 2)
		for range 2 {
			var unreachable *ims.UnreachableError
			if err := <-done; !errors.Is(err, context.DeadlineExceeded) || errors.As(err, &unreachable) {
				t.Errorf("the error is %v", err)
			}
		}
	})
}
