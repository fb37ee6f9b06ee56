// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// No call is sent while the service throttles, even if it waited for the credentials before.
func TestCallsThatWaitForCredentialsAreNotSentWhileThrottled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		done := startLists(t.Context(), newClient(t, fakeEndpoint, withTransport(m), withMaxJitter), 10)
		m.Open(t, 1)
		m.Answer(t, 429, gatewayError, "Retry-After", "60")
		<-time.After(59 * time.Second)
		m.Open(t, 0)
		<-time.After(time.Second)
		m.Open(t, 1)
		m.Answer(t, 200, `{"tags":[]}`)
		m.Open(t, 9)
		for range 9 {
			m.Answer(t, 200, `{"tags":[]}`)
		}
		for range 10 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

// No Retry-After in any form makes calls wait for more than five minutes.
func TestThrottledServiceIsProbedWithinFiveMinutes(t *testing.T) {
	t.Parallel()
	nextYear := func() string { return time.Now().AddDate(1, 0, 0).UTC().Format(http.TimeFormat) }
	for name, header := range map[string]func() string{
		"seconds": func() string { return "100000" },
		"a date":  nextYear,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := &faketransport.Manual{}
				done := startLists(t.Context(), newClient(t, fakeEndpoint, withTransport(m), withMaxJitter), 1)
				for range 2 { // a call and a probe
					m.Answer(t, 429, gatewayError, "Retry-After", header())
					<-time.After(5*time.Minute - time.Second)
					m.Open(t, 0)
					<-time.After(time.Second)
					m.Open(t, 1)
				}
				m.Answer(t, 200, `{"tags":[]}`)
				expectSuccess(t, done)
			})
		})
	}
}

// A throttled attempt that was sent before the limiter opened shows nothing new.
func TestLateThrottledResponseDoesNotCloseTheLimiter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		client := newClient(t, fakeEndpoint, withTransport(m), withMaxJitter)
		acceptCredentials(t, m, client)
		done := startLists(t.Context(), client, 2)
		m.Open(t, 2)
		m.Answer(t, 429, gatewayError)
		late := m.Open(t, 1)[0]
		<-time.After(time.Second)
		m.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, done)
		late.Answer(429, gatewayError)
		<-time.After(600 * time.Millisecond) // at the measured rate; a probe would be sent after a second
		m.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, done)
	})
}

// The error of a call that was not sent in time says why.
func TestErrorOfAWaitSaysThatTheServiceThrottles(t *testing.T) {
	t.Parallel()
	waiting := map[string]func(ctx context.Context, c *ims.Client) error{
		"for the service": func(ctx context.Context, c *ims.Client) error {
			_, err := c.ListTags(ctx, image)
			return err
		},
		"for the credentials": func(ctx context.Context, c *ims.Client) error {
			return c.WriteTag(ctx, image, ims.Tag{Key: "k"})
		},
	}
	for name, call := range waiting {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := &faketransport.Manual{}
				client := newClient(t, fakeEndpoint, withTransport(m), withMaxJitter)
				if name == "for the service" {
					acceptCredentials(t, m, client)
				}
				first := startLists(t.Context(), client, 1)
				m.Answer(t, 429, gatewayError, "Retry-After", "300")
				m.Open(t, 0)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				e := asError(t, call(ctx, client))
				if !errors.Is(e, ims.ErrWaitTooLong) || e.Attempts != 0 || e.Path == "" {
					t.Errorf("the error is %v, after %d attempts", e, e.Attempts)
				}
				<-time.After(4 * time.Minute)
				m.Answer(t, 200, `{"tags":[]}`)
				expectSuccess(t, first)
			})
		})
	}
}

// When one call is throttled, all calls wait, and one at a time is sent as a probe.
func TestAllCallsWaitWhenOneIsThrottled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		var waits []time.Duration
		client := newClient(t, fakeEndpoint, withTransport(m), withMaxJitter, func(c *ims.Config) {
			c.Throttled = func(_ context.Context, wait time.Duration) { waits = append(waits, wait) }
		})
		acceptCredentials(t, m, client)
		first := startLists(t.Context(), client, 1)
		m.Answer(t, 429, gatewayError)
		m.Open(t, 0)
		rest := startLists(t.Context(), client, 5)
		m.Open(t, 0) // the others are not even sent
		<-time.After(time.Second)
		m.Open(t, 1) // the probe
		m.Answer(t, 429, gatewayError)
		<-time.After(time.Second)
		m.Open(t, 0)
		<-time.After(time.Second)
		m.Open(t, 1)
		m.Answer(t, 200, `{"tags":[]}`)
		for range 5 { // the measured rate is low
			<-time.After(5 * time.Second)
			m.Answer(t, 200, `{"tags":[]}`)
		}
		for _, done := range []<-chan error{first, rest, rest, rest, rest, rest} {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if len(waits) != 1 || waits[0] != time.Second {
			t.Errorf("Throttled was called with %v", waits)
		}
	})
}

func TestRequestsPerSecond(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &fixedWindow{limit: 1 << 30, latency: time.Millisecond}
		client := newClient(t, fakeEndpoint, withTransport(w), withLimits(5, 0))
		begun := time.Now()
		writeTags(t, client, 51)
		if took := time.Since(begun); took < 10*time.Second || took > 11*time.Second {
			t.Errorf("51 calls at five a second took %s", took)
		}
	})
}

func TestConcurrentRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		client := newClient(t, fakeEndpoint, withTransport(m), withLimits(0, 3))
		acceptCredentials(t, m, client)
		done := startLists(t.Context(), client, 10)
		for range 7 {
			m.Open(t, 3)
			m.Answer(t, 200, `{"tags":[]}`)
		}
		for range 3 {
			m.Answer(t, 200, `{"tags":[]}`)
		}
		for range 10 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		full := startLists(t.Context(), client, 3)
		m.Open(t, 3)
		if _, err := client.ListTags(ctx, image); !errors.Is(err, context.Canceled) {
			t.Errorf("waiting for a permit ended with %v", err)
		}
		for range 3 {
			m.Answer(t, 200, `{"tags":[]}`)
			<-full
		}
	})
}

// No call waits for a permit that is due only after its deadline.
func TestThrottledCallGivesUpBeforeItsDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		client := newClient(t, fakeEndpoint, withTransport(&fixedWindow{limit: 0, length: time.Hour}), withMaxJitter)
		err := client.WriteTag(ctx, image, ims.Tag{Key: "k"})
		e := asError(t, err)
		if e.StatusCode != http.StatusTooManyRequests || e.Code != "APIGW.0308" || e.Attempts != 4 || e.Elapsed != 7*time.Second {
			t.Errorf("the error is %v, after %d attempts in %s", e, e.Attempts, e.Elapsed)
		}
		e = asError(t, client.WriteTag(ctx, image, ims.Tag{Key: "k"}))
		if !errors.Is(e, ims.ErrWaitTooLong) || e.Attempts != 0 {
			t.Errorf("the error of the call that was not sent is %v, after %d attempts", e, e.Attempts)
		}
	})
}
