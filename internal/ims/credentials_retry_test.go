// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
)

// A refusal after successes may be a fault of one gateway. The credentials are tried once more, exclusively, before
// all calls are stopped.
func TestRefusalAfterSuccessesIsRetriedExclusively(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		c := newClient(t, fakeEndpoint, withTransport(m))
		acceptCredentials(t, m, c)
		done := startLists(t.Context(), c, 10)
		m.Open(t, 10)
		for range 9 {
			m.Answer(t, 401, gatewayError)
		}
		open := m.Open(t, 2) // the last of the ten, and a retry
		open[0].Answer(200, `{"tags":[]}`)
		expectSuccess(t, done)
		synctest.Wait()
		later := startLists(t.Context(), c, 3)
		m.Total(t, 1+10+1) // an attempt with a shared grant does not prove the credentials
		open[1].Answer(200, `{"tags":[]}`)
		expectSuccess(t, done)
		for range 8 + 3 {
			m.Answer(t, 200, `{"tags":[]}`)
		}
		for range 8 {
			expectSuccess(t, done)
		}
		for range 3 {
			expectSuccess(t, later)
		}
		m.Total(t, 1+10+9+3)
	})
}

// All further attempts of a refused call are exclusive, even if other calls were accepted meanwhile.
func TestCallThatIsRefusedTwiceStopsAllCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		c := newClient(t, fakeEndpoint, withTransport(m), withMaxJitter)
		acceptCredentials(t, m, c)
		both := startLists(t.Context(), c, 2)
		m.Open(t, 2)
		for _, status := range []int{401, 401, 200, 401} {
			if status == 200 {
				<-m.Next(t)
				m.Open(t, 1) // one after the other
			}
			m.Answer(t, status, map[int]string{200: `{"tags":[]}`, 401: gatewayError}[status])
		}
		expectSuccess(t, both)
		e := asError(t, <-both)
		if isRefused(e) || e.StatusCode != http.StatusUnauthorized || e.Attempts != 2 {
			t.Errorf("the error is %v, want the response itself", e)
		}
		if err := <-startLists(t.Context(), c, 1); !isRefused(err) {
			t.Errorf("the error is %v, want a RefusedError", err)
		}
		m.Total(t, 5)
	})
}

// If its second attempt ends with a server error, other calls may be sent while it waits for its third attempt.
func TestRefusedCallStaysExclusiveAfterAServerError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		c := newClient(t, fakeEndpoint, withTransport(m), withMaxJitter)
		acceptCredentials(t, m, c)
		first := startLists(t.Context(), c, 1)
		m.Answer(t, 401, gatewayError)
		<-m.Next(t)
		m.Answer(t, 503, "")
		m.Open(t, 0)
		other := startLists(t.Context(), c, 1)
		m.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, other)
		<-m.Next(t)
		m.Answer(t, 401, gatewayError)
		if e := asError(t, <-first); e.Attempts != 3 || e.StatusCode != 401 {
			t.Errorf("the error is %v", e)
		}
		if err := <-startLists(t.Context(), c, 1); !isRefused(err) {
			t.Errorf("the error is %v, want a RefusedError", err)
		}
		m.Total(t, 5)
	})
}

// A call that is in flight when all calls are stopped is not retried.
func TestNoRetriesAfterAccessHasStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		c := newClient(t, fakeEndpoint, withTransport(m))
		acceptCredentials(t, m, c)
		done := startLists(t.Context(), c, 2)
		open := m.Open(t, 2)
		open[0].Answer(401, gatewayError)
		again := m.Open(t, 2)[1]
		again.Answer(401, gatewayError)
		<-done
		open[1].Answer(503, "")
		if e := asError(t, <-done); isRefused(e) || e.StatusCode != 503 {
			t.Errorf("the error is %v", e)
		}
		m.Total(t, 4)
	})
}

func TestSecondRefusalStopsAllCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		c := newClient(t, fakeEndpoint, withTransport(m))
		acceptCredentials(t, m, c)

		done := startLists(t.Context(), c, 2)
		m.Open(t, 2)
		m.Answer(t, 401, gatewayError)
		open := m.Open(t, 2)
		open[1].Answer(401, gatewayError)
		if e := asError(t, <-done); isRefused(e) || e.Attempts != 2 {
			t.Errorf("the error is %v, want the response itself", e)
		}
		if err := <-startLists(t.Context(), c, 1); !isRefused(err) {
			t.Errorf("the error is %v, want a RefusedError", err)
		}
		// An attempt in flight is not affected, and its success does not make the client send calls again.
		open[0].Answer(200, `{"tags":[]}`)
		expectSuccess(t, done)
		if err := <-startLists(t.Context(), c, 1); !isRefused(err) {
			t.Errorf("the error is %v, want a RefusedError", err)
		}
		m.Total(t, 4)
	})
}

// With no retries, the call fails at once, and the next call tries the credentials exclusively.
func TestRefusalIsNotRetriedWithoutRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		c := newClient(t, fakeEndpoint, withTransport(m), withMaxRetries(0))
		acceptCredentials(t, m, c)
		done := startLists(t.Context(), c, 1)
		m.Answer(t, 401, gatewayError)
		if e := asError(t, <-done); e.Attempts != 1 {
			t.Errorf("the error is %v", e)
		}
		rest := startLists(t.Context(), c, 3)
		m.Answer(t, 401, gatewayError)
		for range 3 {
			<-rest
		}
		m.Total(t, 3)
	})
}

func TestRefusalStopsCallsThatWaitForARetry(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		c := newClient(t, fakeEndpoint, withTransport(m), withMaxJitter)
		acceptCredentials(t, m, c)

		waiting := startLists(t.Context(), c, 1)
		m.Answer(t, 503, "", "Retry-After", "10")
		m.Open(t, 0)
		other := startLists(t.Context(), c, 1)
		m.Answer(t, 401, gatewayError)
		<-m.Next(t)
		m.Answer(t, 401, gatewayError)
		<-other
		err := <-waiting
		if e := asError(t, err); !isRefused(err) || e.Attempts != 1 {
			t.Errorf("the error is %v", err)
		}
		m.Total(t, 4)
	})
}
