// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
)

// Grants with an expiry are renewed before it.
func TestGrantsAreRenewedBeforeTheyExpire(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ life, valid, expiring time.Duration }{
		"an hour":     {time.Hour, 54 * time.Minute, 56 * time.Minute},
		"ten seconds": {10 * time.Second, 8 * time.Second, 9500 * time.Millisecond},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				k := &loginServer{life: c.life}
				r := auth.NewRenewing(k.login, time.Now)
				sendAll(t, r, 1)
				<-time.After(c.valid)
				sendAll(t, r, 1)
				if got := k.logins.Load(); got != 1 {
					t.Errorf("%d logins were made while the grant was valid", got)
				}
				<-time.After(c.expiring - c.valid)
				sendAll(t, r, 10)
				synctest.Wait()
				if got := k.logins.Load(); got != 2 {
					t.Errorf("%d logins were made, want a second one", got)
				}
			})
		})
	}
}

// A renewal that takes long holds up only requests that come after the expiry.
func TestRequestsDoNotWaitForAnEarlyRenewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &loginServer{life: time.Hour}
		r := auth.NewRenewing(k.login, time.Now)
		sendAll(t, r, 1)
		k.takes = 90 * time.Second
		<-time.After(59 * time.Minute)
		begun := time.Now()
		sendAll(t, r, 10)
		if took := time.Since(begun); took != 0 {
			t.Errorf("requests waited %s although the grant was valid", took)
		}
		<-time.After(time.Minute)
		sendAll(t, r, 10)
		if took, got := time.Since(begun), k.logins.Load(); took != k.takes || got != 2 {
			t.Errorf("after the expiry, requests ended %s after the renewal began, with %d logins", took, got)
		}
	})
}

// If an early renewal fails, even permanently, requests use the grant until it expires. IAM is not asked at each of them.
func TestFailedEarlyRenewal(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		failure error
		logins  int // until just before the expiry, with a request in each second of the last four minutes
	}{
		"temporary": {&auth.LoginError{Status: http.StatusServiceUnavailable}, 1 + 8},
		"permanent": {&auth.LoginError{Status: http.StatusForbidden}, 1 + 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				k := &loginServer{life: time.Hour}
				r := auth.NewRenewing(k.login, time.Now)
				first, err := r.Grant(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				k.err = c.failure
				<-time.After(56 * time.Minute)
				for range 4 * 60 {
					if grant, err := r.Grant(t.Context()); grant != first || err != nil {
						t.Fatalf("before the expiry, the grant is %p, %v", grant, err)
					}
					<-time.After(time.Second)
				}
				if got := int(k.logins.Load()); got != c.logins {
					t.Errorf("%d logins were made, want %d", got, c.logins)
				}
				if _, err := r.Grant(t.Context()); !errors.Is(err, c.failure) {
					t.Errorf("after the expiry, the error is %v", err)
				}
			})
		})
	}
}

func TestEarlyRenewalIsRepeatedAfterAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &loginServer{life: time.Hour}
		r := auth.NewRenewing(k.login, time.Now)
		sendAll(t, r, 1)
		k.err = &auth.LoginError{Status: http.StatusServiceUnavailable}
		<-time.After(56 * time.Minute)
		if _, err := r.Grant(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		k.err = nil
		<-time.After(30 * time.Second)
		sendAll(t, r, 10)
		synctest.Wait()
		if got := k.logins.Load(); got != 3 {
			t.Errorf("%d logins were made, want 3", got)
		}
	})
}

// A grant that the service has rejected is not used again if its renewal fails, even if that began before the rejection.
func TestFailedRenewalAfterA401(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service, failure := &faketransport.Manual{}, &auth.LoginError{Status: http.StatusServiceUnavailable}
		logins := 0
		r := auth.NewRenewing(func(context.Context) (*auth.Grant, error) {
			if logins++; logins > 1 {
				<-time.After(time.Second)
				return nil, failure
			}
			return &auth.Grant{Issued: time.Now(), Expires: time.Now().Add(time.Hour), RenewOn401: true, Transport: service}, nil
		}, time.Now)
		failed := make(chan error, 1)
		go func() {
			_, err := post(t.Context(), t, r)
			failed <- err
		}()
		service.Open(t, 1)
		<-time.After(56 * time.Minute)
		if _, err := r.Grant(t.Context()); err != nil { // begins the renewal
			t.Fatal(err)
		}
		service.Answer(t, http.StatusUnauthorized, "")
		if err := <-failed; !errors.Is(err, failure) {
			t.Errorf("it ended with %v", err)
		}
		if logins != 2 {
			t.Errorf("%d logins were made, want 2", logins)
		}
	})
}
