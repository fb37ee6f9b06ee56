// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// withLimiter sets the limiter of a client.
func withLimiter(l *ims.Limiter) func(*ims.Config) {
	return func(c *ims.Config) { c.Limiter = l }
}

// If the service throttles one of two clients with one limiter, the other waits as well.
func TestClientsWithOneLimiterAreThrottledTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		longest := func(limit time.Duration) time.Duration { return limit }
		limiter := ims.NewLimiter(nil, longest, 0, 0)
		m, other := &faketransport.Manual{}, &faketransport.Manual{}
		a := newClient(t, fakeEndpoint, withTransport(m), withLimiter(limiter))
		b := newClient(t, fakeEndpoint, withTransport(other), withLimiter(limiter))
		acceptCredentials(t, m, a)
		acceptCredentials(t, other, b)
		throttled := startLists(t.Context(), a, 1)
		m.Answer(t, 429, gatewayError)
		m.Open(t, 0)
		waiting := startLists(t.Context(), b, 1)
		<-time.After(time.Second - time.Nanosecond)
		m.Open(t, 0)
		other.Open(t, 0)
		<-m.Next(t) // the probe
		other.Open(t, 0)
		m.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, throttled)
		<-other.Next(t) // at the rate that was measured
		other.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, waiting)
	})
}

// The limits of a limiter are those of all its clients together.
func TestLimitsOfALimiterAreThoseOfAllItsClients(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := ims.NewLimiter(time.Now, ims.UniformJitter, 0, 1)
		m := &faketransport.Manual{}
		a := newClient(t, fakeEndpoint, withTransport(m), withLimiter(limiter))
		b := newClient(t, fakeEndpoint, withTransport(m), withLimiter(limiter))
		both := []<-chan error{startLists(t.Context(), a, 1), startLists(t.Context(), b, 1)}
		for range 2 {
			m.Open(t, 1)
			m.Answer(t, 200, `{"tags":[]}`)
		}
		for _, done := range both {
			expectSuccess(t, done)
		}
	})
}

// Two projects of one endpoint share both. A call that waits for the turn does not hold the only permit.
func TestClientsCanShareTheLimiterAndTheCredentials(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		limiter := ims.NewLimiter(nil, nil, 0, 1)
		regions := newRegions(t, 2, withMaxJitter, withLimiter(limiter))
		a, b := regions[0], regions[1]
		acceptCredentials(t, a.Manual, a.client)
		refused := startLists(t.Context(), a.client, 1)
		a.Answer(t, 401, gatewayError)
		a.Open(t, 0)
		waiting := startLists(t.Context(), b.client, 2)
		<-a.Next(t)
		b.Open(t, 0)
		a.Answer(t, 200, emptyList)
		expectSuccess(t, refused)
		for range 2 {
			b.Open(t, 1)
			b.Answer(t, 200, emptyList)
			expectSuccess(t, waiting)
		}
	})
}
