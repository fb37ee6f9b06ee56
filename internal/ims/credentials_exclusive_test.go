// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
)

// startRefusedCall returns a call whose credentials were refused after others were accepted, and which waits for its
// retry, and five later calls.
func startRefusedCall(t *testing.T) (m *faketransport.Manual, first, rest <-chan error, cancelFirst context.CancelFunc) {
	t.Helper()
	m = &faketransport.Manual{}
	ctx, cancelFirst := context.WithCancel(t.Context())
	t.Cleanup(cancelFirst)
	c := newClient(t, fakeEndpoint, withTransport(m), withMaxJitter)
	acceptCredentials(t, m, c)
	first = runInBackground(func() error { return c.DeleteTag(ctx, image, "k") })
	m.Answer(t, 401, gatewayError)
	m.Open(t, 0)
	rest = startLists(t.Context(), c, 5)
	m.Open(t, 0)
	return m, first, rest, cancelFirst
}

// expectExclusiveRetry waits until the refused call is retried, while no other call is sent.
func expectExclusiveRetry(t *testing.T, m *faketransport.Manual) {
	t.Helper()
	<-time.After(time.Second - time.Nanosecond)
	m.Open(t, 0)
	<-time.After(time.Nanosecond)
	if again := m.Open(t, 1)[0]; again.Method != http.MethodDelete {
		t.Errorf("the next request is a %s", again.Method)
	}
}

// Nothing else is sent until the refused call was retried. Each call could be one more refusal, and several refusals
// lock the access key.
func TestNoCallIsSentBeforeARefusedCallIsRetried(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, first, rest, _ := startRefusedCall(t)
		expectExclusiveRetry(t, m)
		m.Answer(t, 204, "")
		expectSuccess(t, first)
		m.Open(t, 5)
		for range 5 {
			m.Answer(t, 200, `{"tags":[]}`)
			expectSuccess(t, rest)
		}
	})
}

func TestNoCallIsSentAfterASecondRefusal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, first, rest, _ := startRefusedCall(t)
		expectExclusiveRetry(t, m)
		m.Answer(t, 401, gatewayError)
		if e := asError(t, <-first); isRefused(e) || e.Attempts != 2 {
			t.Errorf("the error is %v", e)
		}
		for range 5 {
			if err := <-rest; !isRefused(err) {
				t.Errorf("another call ended with %v", err)
			}
		}
		m.Total(t, 3)
	})
}

func TestAnotherCallTriesTheCredentialsIfARefusedCallIsCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, first, rest, cancelFirst := startRefusedCall(t)
		cancelFirst()
		<-first
		m.Open(t, 1)
		m.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, rest)
		m.Open(t, 4)
		for range 4 {
			m.Answer(t, 200, `{"tags":[]}`)
			expectSuccess(t, rest)
		}
	})
}

// Only one of two refused calls is retried, but the error of each has its own response.
func TestCallsThatWereRefusedTogetherReportTheirOwnResponses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		c := newClient(t, fakeEndpoint, withTransport(m), withMaxJitter)
		acceptCredentials(t, m, c)
		both := startLists(t.Context(), c, 2)
		m.Open(t, 2)
		m.Answer(t, 401, gatewayError)
		m.Answer(t, 401, gatewayError)
		<-m.Next(t)
		m.Answer(t, 401, gatewayError)
		attempts := 0
		for range 2 {
			e := asError(t, <-both)
			if isRefused(e) || e.StatusCode != http.StatusUnauthorized {
				t.Errorf("the error is %v", e)
			}
			attempts += e.Attempts
		}
		if attempts != 3 {
			t.Errorf("the errors have %d attempts, want three", attempts)
		}
	})
}

// If the credentials are refused while a call waits for its permit, the call is not sent.
func TestCallThatWaitsForItsPermitIsNotSentWithRefusedCredentials(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		c := newClient(t, fakeEndpoint, withTransport(m), withMaxJitter, withLimits(0, 2))
		acceptCredentials(t, m, c)
		both := startLists(t.Context(), c, 2)
		m.Open(t, 2)
		m.Answer(t, 401, gatewayError)
		m.Answer(t, 401, gatewayError)
		<-m.Next(t)
		m.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, both)
		m.Open(t, 1) // the second is retried exclusively
		rest := startLists(t.Context(), c, 2)
		m.Open(t, 2)
		m.Answer(t, 401, gatewayError)
		if err := <-rest; !isRefused(err) {
			t.Errorf("the waiting call ended with %v", err)
		}
		m.Open(t, 1)
		m.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, rest)
	})
}
