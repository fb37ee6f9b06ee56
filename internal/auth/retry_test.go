// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

func whole(limit time.Duration) time.Duration { return limit }

func TestRetryingRetriesTemporaryFailures(t *testing.T) {
	t.Parallel()
	rejected := &auth.LoginError{Status: http.StatusUnauthorized}
	unknownHost := &net.DNSError{IsNotFound: true}
	proxy := &neterror.ProxyError{Status: http.StatusProxyAuthRequired}
	cases := map[string]struct {
		code       int
		after      string // the header Retry-After
		err        error
		maxRetries int
		sent       int
		took       time.Duration
	}{
		"a server error":                {code: 503, maxRetries: 10, sent: 4, took: (1 + 2 + 4) * time.Second},
		"throttling":                    {code: 429, maxRetries: 10, sent: 4, took: (10 + 20 + 30) * time.Second},
		"throttling, a short wait":      {code: 429, after: "3", maxRetries: 10, sent: 4, took: (10 + 20 + 30) * time.Second},
		"throttling, a long wait":       {code: 429, after: "300", maxRetries: 10, sent: 4, took: 3 * 30 * time.Second},
		"a server error that says when": {code: 503, after: "6", maxRetries: 10, sent: 4, took: 3 * 6 * time.Second},
		"no response":                   {err: io.ErrUnexpectedEOF, maxRetries: 10, sent: 4, took: (1 + 2 + 4) * time.Second},
		"max_retries is zero":           {code: 503, maxRetries: 0, sent: 1},
		"a rejected login":              {code: 401, maxRetries: 10, sent: 1},
		"a 404":                         {code: 404, maxRetries: 10, sent: 1},
		"a rejected inner login":        {err: rejected, maxRetries: 10, sent: 1},
		"an unknown host":               {err: unknownHost, maxRetries: 10, sent: 1},
		"a proxy error of a login":      {err: &auth.LoginError{Err: proxy}, maxRetries: 10, sent: 1},
		"a proxy error":                 {err: proxy, maxRetries: 10, sent: 1},
		"a redirect":                    {code: 302, maxRetries: 10, sent: 1},
		"a success":                     {code: 204, maxRetries: 10, sent: 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				sent := 0
				retrying := auth.NewRetrying(roundTripFunc(func(r *http.Request) (*http.Response, error) {
					sent++
					if body, err := io.ReadAll(r.Body); err != nil || string(body) != "body" {
						t.Errorf("attempt %d has the body %q, %v", sent, body, err)
					}
					if c.err != nil {
						return nil, c.err
					}
					resp, err := status(c.code)
					resp.Header = http.Header{"Retry-After": {c.after}}
					return resp, err
				}), c.maxRetries, whole)
				begun := time.Now()
				code, err := post(t.Context(), t, retrying)
				if code != c.code || !errors.Is(err, c.err) {
					t.Errorf("it ended with %d, %v", code, err)
				}
				if took := time.Since(begun); sent != c.sent || took != c.took {
					t.Errorf("it was sent %d times over %s, want %d times over %s", sent, took, c.sent, c.took)
				}
			})
		})
	}
}

// The login of a call may take longer than an attempt of the call.
func TestRetryingLogsInFirst(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		k := &loginServer{takes: 30 * time.Second}
		code, err := post(t.Context(), t, auth.NewRetrying(auth.NewRenewing(k.login, time.Now), 10, whole))
		if got := k.logins.Load(); code != http.StatusNoContent || err != nil || got != 1 {
			t.Errorf("it ended with %d, %v after %d logins", code, err, got)
		}
		failed := &auth.LoginError{Status: http.StatusTooManyRequests}
		k = &loginServer{takes: time.Minute, err: failed}
		_, err = post(t.Context(), t, auth.NewRetrying(auth.NewRenewing(k.login, time.Now), 10, whole))
		if got := k.logins.Load(); !errors.Is(err, failed) || got != 1 {
			t.Errorf("it ended with %v after %d logins", err, got)
		}
	})
}

// An IAM that does not respond is tried for at most half a minute, and an attempt takes at most ten seconds.
func TestRetryingLimitsTheTimeWithoutAResponse(t *testing.T) {
	t.Parallel()
	for maxRetries, want := range map[int]time.Duration{0: 10 * time.Second, 10: (10 + 1 + 10) * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			retrying := auth.NewRetrying(roundTripFunc(func(r *http.Request) (*http.Response, error) {
				<-r.Context().Done()
				return nil, r.Context().Err()
			}), maxRetries, whole)
			begun := time.Now()
			if _, err := post(t.Context(), t, retrying); err == nil || time.Since(begun) != want {
				t.Errorf("with %d retries, it ended after %s with %v, want %s", maxRetries, time.Since(begun), err, want)
			}
		})
	}
}
