// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// roundTripFunc is a transport that calls a function.
type roundTripFunc func(*http.Request) (*http.Response, error)

func (f roundTripFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func status(code int) (*http.Response, error) {
	return &http.Response{StatusCode: code, Header: make(http.Header), Body: http.NoBody}, nil
}

// loginServer returns grants and counts them. Requests succeed with the newest grant only, or with any that has not expired.
type loginServer struct {
	logins atomic.Int32
	takes  time.Duration // duration of a login
	life   time.Duration // lifetime of a grant; zero if it is not known
	err    error         // error to return instead of a grant
}

func (c *loginServer) login(ctx context.Context) (*auth.Grant, error) {
	number := c.logins.Add(1)
	select {
	case <-time.After(c.takes):
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if c.err != nil {
		return nil, c.err
	}
	grant := &auth.Grant{Issued: time.Now(), RenewOn401: c.life == 0}
	if c.life > 0 {
		grant.Expires = grant.Issued.Add(c.life)
	}
	grant.Transport = roundTripFunc(func(r *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		isValid := number == c.logins.Load() || time.Now().Before(grant.Expires)
		if !isValid || string(body) != "body" {
			return status(http.StatusUnauthorized)
		}
		return status(http.StatusNoContent)
	})
	return grant, nil
}

func post(ctx context.Context, t *testing.T, transport http.RoundTripper) (int, error) {
	t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "https://ims.example.com", strings.NewReader("body"))
	if err != nil {
		t.Fatal(err)
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return 0, err
	}
	return resp.StatusCode, resp.Body.Close()
}

// sendAll sends requests concurrently, and fails the test if one of them does not return 204.
func sendAll(t *testing.T, transport http.RoundTripper, many int) {
	t.Helper()
	var wait sync.WaitGroup
	for range many {
		wait.Go(func() {
			if code, err := post(t.Context(), t, transport); code != http.StatusNoContent || err != nil {
				t.Errorf("a request ended with %d, %v", code, err)
			}
		})
	}
	wait.Wait()
}

func TestRequestsShareOneLogin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &loginServer{takes: time.Second}
		r := auth.NewRenewing(c.login, time.Now)
		sendAll(t, r, 10)
		sendAll(t, r, 10)
		if got := c.logins.Load(); got != 1 {
			t.Errorf("%d logins were made, want 1", got)
		}
	})
}

func TestRequestsShareOneRenewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &loginServer{takes: time.Second}
		r := auth.NewRenewing(c.login, time.Now)
		sendAll(t, r, 1)
		c.logins.Add(1) // the grant has expired
		sendAll(t, r, 10)
		if got := c.logins.Load(); got != 3 {
			t.Errorf("%d logins were made, want 2", got-1)
		}
	})
}

func Test401AfterRenewalIsReturned(t *testing.T) {
	t.Parallel()
	sent := 0
	login := func(context.Context) (*auth.Grant, error) {
		return &auth.Grant{RenewOn401: true, Transport: roundTripFunc(func(*http.Request) (*http.Response, error) {
			sent++
			return status(http.StatusUnauthorized)
		})}, nil
	}
	code, err := post(t.Context(), t, auth.NewRenewing(login, time.Now))
	if code != http.StatusUnauthorized || err != nil || sent != 2 {
		t.Errorf("it was sent %d times and ended with %d, %v", sent, code, err)
	}
}

// A request may take so long that the next grant expires too.
func TestGrantIsRenewedRepeatedly(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		ended int // number of grants that another request succeeds with, and that expire before this request
		want  int
	}{
		"one":   {ended: 1, want: http.StatusNoContent},
		"three": {ended: 3, want: http.StatusNoContent},
		"four":  {ended: 4, want: http.StatusUnauthorized}, // something else is wrong
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rejected := 0
			var r *auth.Renewing
			r = auth.NewRenewing(func(context.Context) (*auth.Grant, error) {
				return &auth.Grant{RenewOn401: true, Transport: roundTripFunc(func(req *http.Request) (*http.Response, error) {
					if req.Header.Get("Other") != "" || rejected == c.ended {
						return status(http.StatusNoContent)
					}
					rejected++
					other := req.Clone(req.Context())
					other.Header.Set("Other", "yes")
					if resp, err := r.RoundTrip(other); err != nil || resp.Body.Close() != nil {
						t.Errorf("the other request failed: %v", err)
					}
					return status(http.StatusUnauthorized)
				})}, nil
			}, time.Now)
			code, err := post(t.Context(), t, r)
			if code != c.want || err != nil {
				t.Errorf("after %d rejections it ended with %d, %v; want %d", rejected, code, err, c.want)
			}
		})
	}
}

func TestRejectedLoginIsNotRetried(t *testing.T) {
	t.Parallel()
	c := &loginServer{err: &auth.LoginError{Method: "token", Status: http.StatusUnauthorized}}
	r := auth.NewRenewing(c.login, time.Now)
	for range 3 {
		var failed *auth.LoginError
		if _, err := post(t.Context(), t, r); !errors.As(err, &failed) || !failed.Permanent() {
			t.Errorf("the error is %v", err)
		}
	}
	if got := c.logins.Load(); got != 1 {
		t.Errorf("%d logins were made, want 1", got)
	}
}

func TestTemporaryLoginFailureIsRetried(t *testing.T) {
	t.Parallel()
	for _, failure := range []*auth.LoginError{{Status: 503}, {Status: 429}, {Status: 408}, {Err: io.ErrUnexpectedEOF}} {
		c := &loginServer{err: failure}
		r := auth.NewRenewing(c.login, time.Now)
		if _, err := post(t.Context(), t, r); err == nil {
			t.Fatalf("%v: it succeeded", failure)
		}
		c.err = nil
		sendAll(t, r, 1)
	}
}

// A request whose context has ended starts no login.
func TestCanceledRequestStartsNoLogin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &loginServer{}
		r := auth.NewRenewing(c.login, time.Now)
		canceled, cancel := context.WithCancel(t.Context())
		cancel()
		expired, cancel := context.WithTimeout(t.Context(), 0)
		defer cancel()
		for _, ctx := range []context.Context{canceled, expired, canceled} {
			if _, err := r.Grant(ctx); !errors.Is(err, ctx.Err()) {
				t.Errorf("the error is %v, want %v", err, ctx.Err())
			}
			synctest.Wait()
		}
		if got := c.logins.Load(); got != 0 {
			t.Errorf("%d logins were made, want none", got)
		}
	})
}

// A canceled request returns at once, and the login continues for other requests.
func TestCanceledRequestDoesNotEndLogin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &loginServer{takes: 10 * time.Second}
		r := auth.NewRenewing(c.login, time.Now)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		begun := time.Now()
		if _, err := post(ctx, t, r); !errors.Is(err, context.Canceled) || time.Since(begun) != time.Second {
			t.Errorf("it ended after %s with %v", time.Since(begun), err)
		}
		sendAll(t, r, 1)
		if took, got := time.Since(begun), c.logins.Load(); took != 10*time.Second || got != 1 {
			t.Errorf("%d logins were made in %s", got, took)
		}
	})
}

func TestLoginTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := &loginServer{takes: time.Hour}
		begun := time.Now()
		if _, err := post(t.Context(), t, auth.NewRenewing(c.login, time.Now)); err == nil || time.Since(begun) != 2*time.Minute {
			t.Errorf("it ended after %s with %v", time.Since(begun), err)
		}
	})
}
