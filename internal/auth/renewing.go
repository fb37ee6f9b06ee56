package auth

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

const (
	loginTimeout = 30 * time.Second
	renewBefore  = 5 * time.Minute // before a grant expires, or a tenth of its life if that is less
	maxRenewals  = 3               // for one request
)

// Grant is what a login gives: a transport that authenticates requests, until it expires.
type Grant struct {
	Transport http.RoundTripper
	Issued    time.Time
	Expires   time.Time // zero if it does not, or if only an answer can tell
	ProjectID string    // that it is good for; empty if it does not say
	Endpoint  string    // of the image service by the catalog, without the API version; empty if it does not say

	// RenewOn401 says that a 401 means that the grant has ended, and that a new login can help.
	RenewOn401 bool

	accepted atomic.Bool // the service has taken it
}

// Login logs in. It is called by one goroutine at a time.
type Login func(ctx context.Context) (*Grant, error)

// Renewing authenticates with a grant that it logs in for at the first request, and again when the grant ends. However
// many requests wait for a login, there is one. After a refused login there is no other.
type Renewing struct {
	login Login
	now   func() time.Time

	mu      sync.Mutex
	current *Grant
	pending *attempt
	refused error
}

// attempt is a login on its way.
type attempt struct {
	done  chan struct{}
	grant *Grant
	err   error
}

// NewRenewing returns a transport that has not logged in yet.
func NewRenewing(login Login, now func() time.Time) *Renewing {
	return &Renewing{login: login, now: now}
}

// RoundTrip sends a request with the current grant. If the service says that the grant has ended, it is sent again with
// a new one.
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
		resp, err := grant.Transport.RoundTrip(withBody(req, body))
		if err != nil || !grant.hasEnded(resp, renewals) {
			return resp, err
		}
		if err := resp.Body.Close(); err != nil {
			return nil, err
		}
		grant, err = r.grant(req.Context(), grant)
		if err != nil {
			return nil, err
		}
	}
}

// hasEnded reports whether an answer means that the grant was good once and no longer is. One that was renewed and never
// good is refused, not ended.
func (g *Grant) hasEnded(resp *http.Response, renewals int) bool {
	if resp.StatusCode < http.StatusMultipleChoices {
		g.accepted.Store(true)
	}
	if resp.StatusCode != http.StatusUnauthorized || !g.RenewOn401 || renewals == maxRenewals {
		return false
	}
	return renewals == 0 || g.accepted.Load()
}

// Grant returns the current grant. It logs in if there is none.
func (r *Renewing) Grant(ctx context.Context) (*Grant, error) { return r.grant(ctx, nil) }

// grant returns a grant that is not the stale one.
func (r *Renewing) grant(ctx context.Context, stale *Grant) (*Grant, error) {
	r.mu.Lock()
	if r.refused != nil {
		defer r.mu.Unlock()
		return nil, r.refused
	}
	if r.current != nil && r.current != stale && !r.isEnding(r.current) {
		defer r.mu.Unlock()
		return r.current, nil
	}
	if r.pending == nil {
		r.pending = &attempt{done: make(chan struct{})}
		// The login is for all who wait, so it does not end with the one who asked first.
		go r.renew(context.WithoutCancel(ctx), r.pending)
	}
	pending := r.pending
	r.mu.Unlock()

	select {
	case <-pending.done:
		return pending.grant, pending.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (r *Renewing) renew(ctx context.Context, pending *attempt) {
	ctx, cancel := context.WithTimeout(ctx, loginTimeout)
	defer cancel()
	pending.grant, pending.err = r.login(ctx)

	r.mu.Lock()
	defer r.mu.Unlock()
	r.pending = nil
	r.current = pending.grant
	var failed *LoginError
	if errors.As(pending.err, &failed) && failed.Permanent() {
		r.refused = pending.err
	}
	close(pending.done)
}

// isEnding reports whether a grant expires soon.
func (r *Renewing) isEnding(g *Grant) bool {
	if g.Expires.IsZero() {
		return false
	}
	margin := min(renewBefore, g.Expires.Sub(g.Issued)/10)
	return !r.now().Before(g.Expires.Add(-margin))
}

func withBody(req *http.Request, body []byte) *http.Request {
	req = req.Clone(req.Context())
	req.Body = http.NoBody
	if len(body) > 0 {
		req.Body = io.NopCloser(bytes.NewReader(body))
	}
	return req
}
