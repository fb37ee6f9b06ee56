// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"testing"
	"testing/synctest"
	"time"
)

const tokenOfAnotherRegion = `{"error_code":"APIGW.0307","error_msg":"The token must be updated."}`

// expectOneRefused waits for calls of which one was sent and refused, and the others were not sent.
func expectOneRefused(t *testing.T, calls, attempts int, done <-chan error) {
	t.Helper()
	sent := 0
	for range calls {
		if err := <-done; !isRefused(err) {
			sent++
			if e := asError(t, err); e.StatusCode != 401 || e.Attempts != attempts {
				t.Errorf("the error is %v after %d attempts, want %d", e, e.Attempts, attempts)
			}
		}
	}
	if sent != 1 {
		t.Errorf("%d calls were sent, want 1", sent)
	}
}

// A region refuses the token of another. That says nothing about the region that has accepted it.
func TestTokenOfAnotherRegionStopsOnlyTheClientThatIsRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		regions := newRegions(t, 2)
		a, b := regions[0], regions[1]
		acceptCredentials(t, a.Manual, a.client)
		refused := startLists(t.Context(), b.client, 3)
		b.Open(t, 1)
		b.Answer(t, 401, tokenOfAnotherRegion)
		expectOneRefused(t, 3, 1, refused)
		b.Total(t, 1)
		a.expectAll(t, 3, startLists(t.Context(), a.client, 3))
	})
}

// The region that has accepted a token says that it has expired.
func TestExpiredTokenStopsAllClients(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		regions := newRegions(t, 2)
		a, b := regions[0], regions[1]
		acceptCredentials(t, a.Manual, a.client)
		expired := startLists(t.Context(), a.client, 1)
		for range 2 {
			a.Answer(t, 401, tokenOfAnotherRegion)
		}
		<-expired
		if err := <-startLists(t.Context(), b.client, 1); !isRefused(err) {
			t.Errorf("the error is %v, want a RefusedError", err)
		}
		b.Total(t, 0)
	})
}

// An access key that one region accepts and another refuses twice is wrong for the second alone. The first is called in parallel
// all the time. A third that refuses it as well is called once: several wrong signatures lock the access key.
func TestRegionThatRefusesAnAcceptedAccessKeyStopsOnlyItself(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		regions := newRegions(t, 3, withMaxJitter)
		a, b, c := regions[0], regions[1], regions[2]
		acceptCredentials(t, a.Manual, a.client)
		refused := startLists(t.Context(), b.client, 10)
		b.Open(t, 1)
		b.Answer(t, 401, gatewayError)
		a.expectAll(t, 3, startLists(t.Context(), a.client, 3))
		<-time.After(time.Second - time.Nanosecond)
		b.Open(t, 0)
		<-b.Next(t)
		b.Answer(t, 401, gatewayError)
		expectOneRefused(t, 10, 2, refused)
		b.Total(t, 2)
		refused = startLists(t.Context(), c.client, 10)
		c.Answer(t, 401, gatewayError)
		expectOneRefused(t, 10, 1, refused)
		c.Total(t, 1)
		a.expectAll(t, 3, startLists(t.Context(), a.client, 3))
	})
}

// Several wrong signatures lock the access key, so that the second is the last even if no call may be retried.
func TestRegionIsSentTwoWrongSignaturesWithoutRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		regions := newRegions(t, 2, withMaxRetries(0))
		a, b := regions[0], regions[1]
		acceptCredentials(t, a.Manual, a.client)
		for range 2 {
			refused := startLists(t.Context(), b.client, 1)
			b.Answer(t, 401, gatewayError)
			expectOneRefused(t, 1, 1, refused)
			a.expectAll(t, 1, startLists(t.Context(), a.client, 1))
		}
		if err := <-startLists(t.Context(), b.client, 1); !isRefused(err) {
			t.Errorf("the error is %v, want a RefusedError", err)
		}
		b.Total(t, 2)
	})
}

// The first refusal of a region can be a fault of one gateway.
func TestRegionThatRefusesAnAcceptedAccessKeyOnceIsUsed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		regions := newRegions(t, 2, withMaxJitter)
		a, b := regions[0], regions[1]
		acceptCredentials(t, a.Manual, a.client)
		calls := startLists(t.Context(), b.client, 5)
		b.Answer(t, 401, gatewayError)
		<-b.Next(t)
		b.expectAll(t, 1, calls)
		b.expectAll(t, 4, calls)
	})
}

// Once a region has accepted the credentials, its refusal means that they are not valid any more, in no region.
func TestRegionThatAcceptedTheAccessKeyBeforeStopsAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		regions := newRegions(t, 2, withMaxJitter)
		a, b := regions[0], regions[1]
		acceptCredentials(t, a.Manual, a.client)
		acceptCredentials(t, b.Manual, b.client)
		refused := startLists(t.Context(), b.client, 1)
		b.Answer(t, 401, gatewayError)
		<-b.Next(t)
		b.Answer(t, 401, gatewayError)
		expectOneRefused(t, 1, 2, refused)
		if err := <-startLists(t.Context(), a.client, 1); !isRefused(err) {
			t.Errorf("the error is %v, want a RefusedError", err)
		}
		a.Total(t, 1)
	})
}
