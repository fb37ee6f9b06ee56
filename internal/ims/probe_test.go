// SPDX-License-Identifier: MPL-2.0

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

// startProbe returns a client of a service that throttles, and a call of it whose attempt is in flight as a probe.
func startProbe(t *testing.T) (*faketransport.Manual, *ims.Client, <-chan error) {
	t.Helper()
	m := &faketransport.Manual{}
	client := newClient(t, fakeEndpoint, withTransport(m), withMaxJitter)
	acceptCredentials(t, m, client)
	first := startLists(t.Context(), client, 1)
	m.Answer(t, 429, gatewayError)
	m.Open(t, 0)
	<-time.After(time.Second)
	m.Open(t, 1)
	return m, client, first
}

// Nobody knows how long a probe takes, so that a call waits for it until its deadline.
func TestCallWithLittleTimeWaitsForAProbe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, client, first := startProbe(t)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		short := startLists(ctx, client, 1)
		m.Open(t, 1)
		m.Answer(t, 200, `{"tags":[]}`)
		<-time.After(9 * time.Second)
		m.Answer(t, 200, `{"tags":[]}`)
		for _, done := range []<-chan error{first, short} {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

// A 503 does not show whether the service throttles: the next probe is sent at once.
func TestInconclusiveProbeIsFollowedByAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, client, first := startProbe(t)
		second := startLists(t.Context(), client, 1)
		m.Open(t, 1)
		m.Answer(t, 503, "")
		m.Open(t, 1)
		m.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, second)
		<-m.Next(t)
		m.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, first)
	})
}

// Other calls wait for a probe, so its timeout is short. Then the next probe is sent at once.
func TestProbeTimesOutAfter15Seconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, client, _ := startProbe(t)
		probe := m.Open(t, 1)[0]
		second := startLists(t.Context(), client, 1)
		<-time.After(15*time.Second - time.Nanosecond)
		if m.Open(t, 1)[0] != probe {
			t.Error("its timeout is less than 15 seconds")
		}
		<-time.After(time.Nanosecond)
		if m.Open(t, 1)[0] == probe {
			t.Error("its timeout is more than 15 seconds")
		}
		m.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, second)
	})
}

func TestProbesKeepToRequestsPerSecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		client := newClient(t, fakeEndpoint, withTransport(m), withMaxJitter, withLimits(0.1, 0))
		done := startLists(t.Context(), client, 3)
		m.Answer(t, 429, gatewayError)
		for _, status := range []int{503, 200, 200, 200} {
			<-time.After(9 * time.Second)
			m.Open(t, 0)
			<-time.After(time.Second)
			m.Open(t, 1)
			m.Answer(t, status, `{"tags":[]}`)
		}
		for range 3 {
			expectSuccess(t, done)
		}
	})
}

// If a probe shows that the credentials are refused, they are tried once more, and the calls that wait are not sent.
func TestProbeWithRefusedCredentialsStopsWaitingCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m, client, first := startProbe(t)
		rest := startLists(t.Context(), client, 5)
		m.Open(t, 1)
		m.Answer(t, 401, gatewayError)
		<-m.Next(t) // at the measured rate
		m.Answer(t, 401, gatewayError)
		if e := asError(t, <-first); e.StatusCode != http.StatusUnauthorized || isRefused(e) {
			t.Errorf("the first error is %v, want the response itself", e)
		}
		for range 5 {
			if err := <-rest; !isRefused(err) {
				t.Errorf("a waiting call ended with %v", err)
			}
		}
		m.Total(t, 4)
	})
}

// If the service throttles one call alone, the next probe is another call.
func TestCallThatAloneIsThrottledDoesNotBlockOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faketransport.Scripted{Answer: func(_ int, r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost {
				return faketransport.Response(429, gatewayError), nil
			}
			return faketransport.Response(200, `{"tags":[]}`), nil
		}}
		client := newClient(t, fakeEndpoint, withTransport(f), withMaxJitter)
		if _, err := client.ListTags(t.Context(), image); err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		throttled := runInBackground(func() error { return client.WriteTag(ctx, image, ims.Tag{Key: "k"}) })
		synctest.Wait()
		begun := time.Now()
		ctxReads, end := context.WithTimeout(t.Context(), 10*time.Minute)
		defer end()
		reads := startLists(ctxReads, client, 20)
		for range 20 {
			expectSuccess(t, reads)
		}
		if took := time.Since(begun); took > 2*time.Minute {
			t.Errorf("20 reads took %s", took)
		}
		cancel()
		if err := <-throttled; err == nil {
			t.Error("it succeeded")
		}
	})
}
