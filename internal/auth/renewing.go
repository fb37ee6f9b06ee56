// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"sync"
	"sync/atomic"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

const (
	loginTimeout = 2 * time.Minute
	renewBefore  = 5 * time.Minute  // before a grant expires, or a tenth of its lifetime if that is less
	renewPause   = 30 * time.Second // after an early renewal that failed
	maxRenewals  = 3                // per request
)

// Grant is the result of a login: a transport that authenticates requests until the grant expires.
type Grant struct {
	Transport http.RoundTripper
	Issued    time.Time
	Expires   time.Time // zero if the grant does not expire or its expiry is not known
	ProjectID string    // project that the grant is valid for; may be empty
	Project   Project   // that project by its name; empty if that is not known
	Endpoint  string    // of the image service in the service catalog, without the API version; may be empty

	// RenewOn401 means that after a 401 a new login is made, because the grant may have expired.
	RenewOn401 bool

	succeeded atomic.Bool // a request with the grant has succeeded
}

// Login logs in and returns a grant. It is not called concurrently.
type Login func(ctx context.Context) (*Grant, error)

// Renewing is a transport that logs in at the first request, and again when the grant expires. Requests that need a login
// at the same time share one. After a permanent error of a login, all requests fail with that error.
type Renewing struct {
	*logins

	next http.RoundTripper // sends the requests instead of the transport that the login chose; nil for that one
}

// logins are the logins of a [Renewing], and of all that send requests with the same grant over other connections.
type logins struct {
	login Login
	now   func() time.Time

	mu           sync.Mutex
	current      *Grant
	renewAfter   time.Time // when current may be renewed before it expires
	pending      *pendingLogin
	permanentErr error
}

// pendingLogin is a login in progress.
type pendingLogin struct {
	done  chan struct{}
	stale bool // the service has rejected the current grant
	grant *Grant
	err   error
}

// NewRenewing returns a transport that has not logged in yet.
func NewRenewing(login Login, now func() time.Time) *Renewing {
	return &Renewing{logins: &logins{login: login, now: now}}
}

// Over returns a transport that shares the logins and sends the requests over next. The logins are made over the same
// connections as before. A grant that is no access key is used as it is.
func (r *Renewing) Over(next http.RoundTripper) http.RoundTripper {
	return &Renewing{logins: r.logins, next: next}
}

// transport returns the transport that authenticates requests with a grant.
func (r *Renewing) transport(g *Grant) http.RoundTripper {
	if key, ok := g.Transport.(*AccessKey); ok && r.next != nil {
		return key.Over(r.next)
	}
	return g.Transport
}

// RoundTrip sends a request with the current grant. If the response means that the grant has expired, RoundTrip logs in
// and sends the request with the new grant, three times at most.
func (r *Renewing) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := readBody(req)
	if err != nil {
		return nil, err
	}
	grant, err := r.Grant(req.Context())
	if err != nil {
		return nil, err
	}
	for renewals := 0; ; renewals++ {
		resp, err := r.transport(grant).RoundTrip(withBody(req, body))
		if err != nil || !grant.isExpired(resp, renewals) {
			return resp, err
		}
		if err := resp.Body.Close(); err != nil {
			return nil, err
		}
		traceWaiting(req)
		grant, err = r.grant(req.Context(), grant)
		if err != nil {
			return nil, err
		}
	}
}

// traceWaiting tells the [httptrace.ClientTrace] of a request that it waits to be sent again, as net/http does before it gets a
// connection. So a caller that cancels a write knows that it was not carried out.
func traceWaiting(req *http.Request) {
	if trace := httptrace.ContextClientTrace(req.Context()); trace != nil && trace.GetConn != nil {
		trace.GetConn(req.URL.Host)
	}
}

// isExpired reports whether a response means that the grant has expired. A 401 after a renewal means so only if a request
// with the new grant has succeeded before. Otherwise, the service rejects the credentials.
func (g *Grant) isExpired(resp *http.Response, renewals int) bool {
	if resp.StatusCode < http.StatusMultipleChoices {
		g.succeeded.Store(true)
	}
	if resp.StatusCode != http.StatusUnauthorized || !g.RenewOn401 || renewals == maxRenewals {
		return false
	}
	return renewals == 0 || g.succeeded.Load()
}

// Grant returns the current grant. It logs in if there is none. Errors of the login are [*LoginError].
func (r *logins) Grant(ctx context.Context) (*Grant, error) { return r.grant(ctx, nil) }

// grant returns the current grant, or a new one if the current grant is stale or has expired. One that expires soon is returned
// while it is renewed.
func (r *logins) grant(ctx context.Context, stale *Grant) (*Grant, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	current, pending, err := r.currentOrPending(stale) //nolint:contextcheck // waiting requests share a login
	if pending == nil {
		return current, err
	}
	select {
	case <-pending.done:
		return pending.grant, pending.err
	case <-ctx.Done():
		return nil, fmt.Errorf("%w: %w", neterror.ErrLoggingIn, ctx.Err())
	}
}

// currentOrPending returns the current grant, or the login to wait for. It begins a login that is needed.
func (r *logins) currentOrPending(stale *Grant) (*Grant, *pendingLogin, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.permanentErr != nil {
		return nil, nil, r.permanentErr
	}
	if r.current != nil && r.current != stale && !r.isDue(r.current) {
		return r.current, nil, nil
	}
	if r.pending == nil {
		r.pending = &pendingLogin{done: make(chan struct{})}
		// All waiting requests share the login, so it does not use the context of the first one: it continues if that request
		// is canceled, and it does not report its own connections to the trace of that request.
		go r.renew(r.pending)
	}
	r.pending.stale = r.pending.stale || stale != nil && stale == r.current
	if r.current != nil && !r.pending.stale && r.now().Before(r.current.Expires) {
		return r.current, nil, nil
	}
	return nil, r.pending, nil
}

func (r *logins) renew(pending *pendingLogin) {
	ctx, cancel := context.WithTimeout(context.Background(), loginTimeout)
	defer cancel()
	pending.grant, pending.err = r.login(ctx)

	r.mu.Lock()
	defer r.mu.Unlock()
	defer close(pending.done)
	r.pending = nil
	var failed *LoginError
	isPermanent := errors.As(pending.err, &failed) && failed.Permanent()
	if pending.err != nil && !pending.stale && r.current != nil && r.now().Before(r.current.Expires) {
		// The failure does not matter before the grant expires. Meanwhile, IAM is not asked at each request, and a login that it
		// rejected is not repeated, since that can lock the account.
		r.renewAfter = r.now().Add(renewPause)
		if isPermanent {
			r.renewAfter = r.current.Expires
		}
		pending.grant, pending.err = r.current, nil
		return
	}
	r.current, r.renewAfter = pending.grant, time.Time{}
	if isPermanent {
		r.permanentErr = pending.err
	}
}

// isDue reports whether a grant has to be renewed before the next request.
func (r *logins) isDue(g *Grant) bool {
	if g.Expires.IsZero() {
		return false
	}
	now, margin := r.now(), min(renewBefore, g.Expires.Sub(g.Issued)/10)
	if !now.Before(g.Expires) {
		return true
	}
	return !now.Before(g.Expires.Add(-margin)) && !now.Before(r.renewAfter)
}

func withBody(req *http.Request, body []byte) *http.Request {
	req = req.Clone(req.Context())
	req.Body = http.NoBody
	if len(body) > 0 {
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	return req
}
