// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

const emptyList = `{"tags":[]}`

// region is an endpoint of a login that has several.
type region struct {
	*faketransport.Manual

	client *ims.Client
}

// newRegions returns n regions whose clients share their credentials.
func newRegions(t *testing.T, n int, change ...func(*ims.Config)) []region {
	t.Helper()
	credentials := ims.NewCredentials()
	share := func(c *ims.Config) { c.Credentials = credentials }
	var regions []region
	for range n {
		m := &faketransport.Manual{}
		c := newClient(t, fakeEndpoint, append([]func(*ims.Config){withTransport(m), share}, change...)...)
		regions = append(regions, region{m, c})
	}
	return regions
}

// expectAll answers a number of calls, which must be sent at once.
func (r region) expectAll(t *testing.T, calls int, done <-chan error) {
	t.Helper()
	r.Open(t, calls)
	for range calls {
		r.Answer(t, 200, emptyList)
		expectSuccess(t, done)
	}
}

func TestWrongCredentialsAreRefusedOnceInAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		regions := newRegions(t, 3)
		var all []<-chan error
		for _, r := range regions {
			all = append(all, startLists(t.Context(), r.client, 10))
			synctest.Wait() // the first region has the turn
		}
		regions[0].Open(t, 1)
		regions[0].Answer(t, 401, gatewayError)
		notSent := 0
		for _, done := range all {
			for range 10 {
				if err := <-done; isRefused(err) && asError(t, err).Attempts == 0 {
					notSent++
				}
			}
		}
		if notSent != 29 {
			t.Errorf("%d calls were not sent, want 29", notSent)
		}
		for i, want := range []int{1, 0, 0} {
			regions[i].Total(t, want)
		}
	})
}

// Credentials that one endpoint has accepted can be wrong for another, so that each is called once before it is called in parallel.
func TestCredentialsThatOneEndpointAcceptedAreTriedOnceAtEachOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		regions := newRegions(t, 2)
		a, b := regions[0], regions[1]
		first := startLists(t.Context(), a.client, 1)
		a.Open(t, 1)
		waiting := startLists(t.Context(), b.client, 10)
		b.Open(t, 0)
		a.Answer(t, 200, emptyList)
		expectSuccess(t, first)
		b.expectAll(t, 1, waiting)
		b.expectAll(t, 9, waiting)
	})
}

// While one endpoint does not respond, another waits for one attempt at most, and is not stopped.
func TestUnreachableEndpointStopsOnlyItsOwnClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		regions := newRegions(t, 2)
		a, b := regions[0], regions[1]
		unreachable := startLists(t.Context(), a.client, 10)
		a.Open(t, 1)
		begun := time.Now()
		waiting := startLists(t.Context(), b.client, 10)
		<-b.Next(t)
		if took := time.Since(begun); took != 15*time.Second {
			t.Errorf("the other endpoint was called after %s, want that of one attempt", took)
		}
		a.Open(t, 0) // one attempt at a time
		b.Answer(t, 200, emptyList)
		expectSuccess(t, waiting)
		b.expectAll(t, 9, waiting)
		for range 10 {
			if err := <-unreachable; !isUnreachable(err) && asError(t, err).Attempts != 4 {
				t.Errorf("the error is %v", err)
			}
		}
		a.Total(t, 4)
		b.expectAll(t, 3, startLists(t.Context(), b.client, 3))
	})
}

// An endpoint that does not respond is called one by one, even if the credentials are proven.
func TestUnreachableEndpointIsRetriedOneByOneWithProvenCredentials(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		regions := newRegions(t, 2, withMaxJitter)
		a, b := regions[0], regions[1]
		acceptCredentials(t, a.Manual, a.client)
		unreachable := startLists(t.Context(), b.client, 10)
		begun := time.Now()
		b.Open(t, 1)
		for range 10 {
			if err := <-unreachable; asError(t, err).StatusCode != 0 {
				t.Errorf("the error is %v", err)
			}
		}
		if took, want := time.Since(begun), (1+2+4+4*15)*time.Second; took != want {
			t.Errorf("the attempts took %s, want %s", took, want)
		}
		b.Total(t, 4)
		if err := <-startLists(t.Context(), b.client, 1); !isUnreachable(err) {
			t.Errorf("the error is %v", err)
		}
		a.expectAll(t, 2, startLists(t.Context(), a.client, 2))
	})
}

// An endpoint that throttles the first call does not make another wait.
func TestThrottledEndpointDoesNotHoldUpAnother(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		regions := newRegions(t, 2, withMaxJitter)
		a, b := regions[0], regions[1]
		throttled := startLists(t.Context(), a.client, 1)
		a.Answer(t, 429, gatewayError)
		a.Open(t, 0)
		other := startLists(t.Context(), b.client, 1)
		b.Open(t, 1)
		<-time.After(2 * time.Second) // the probe is due
		a.Open(t, 0)
		b.Answer(t, 200, emptyList)
		expectSuccess(t, other)
		a.expectAll(t, 1, throttled)
	})
}

func TestNoClientSendsBeforeARefusedCallOfAnotherIsRetried(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 401} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				regions := newRegions(t, 2, withMaxJitter)
				a, b := regions[0], regions[1]
				acceptCredentials(t, a.Manual, a.client)
				first := startLists(t.Context(), a.client, 1)
				a.Answer(t, 401, gatewayError)
				a.Open(t, 0)
				rest := startLists(t.Context(), b.client, 5)
				<-a.Next(t)
				b.Total(t, 0)
				if status == 200 {
					a.Answer(t, 200, emptyList)
					expectSuccess(t, first)
					b.expectAll(t, 1, rest)
					b.expectAll(t, 4, rest)
					return
				}
				a.Answer(t, 401, gatewayError)
				if e := asError(t, <-first); isRefused(e) || e.Attempts != 2 {
					t.Errorf("the error is %v", e)
				}
				for range 5 {
					if err := <-rest; !isRefused(err) {
						t.Errorf("the error is %v", err)
					}
				}
				b.Total(t, 0)
			})
		})
	}
}

// isUnreachable reports whether a call ended because no call of its client got a response.
func isUnreachable(err error) bool {
	var e *ims.UnreachableError
	return errors.As(err, &e)
}
