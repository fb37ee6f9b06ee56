// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"sync"
)

// errOthersNotSent is added to the refusal of the first login when it is returned for a login that was not sent.
var errOthersNotSent = errors.New("no other login with these credentials was sent, because repeated refusals can lock the account " +
	"or the access key")

// FirstLogin is the outcome of the first login with some credentials, which all logins with them share. The projects and
// regions of a provider configuration can each have a login of their own. If the credentials are wrong, they are sent once in
// all. The nil FirstLogin stops nothing.
type FirstLogin struct {
	turn chan struct{} // holds an element while a request is sent and no login has succeeded yet

	mu        sync.Mutex
	succeeded bool
	refusal   *LoginError // nil if the first login was not refused
}

// NewFirstLogin returns the outcome of a login that has not been made yet.
func NewFirstLogin() *FirstLogin { return &FirstLogin{turn: make(chan struct{}, 1)} }

// Guard returns a transport for the requests that send the credentials to IAM. They are sent one at a time until one
// succeeds. If one is refused before that (401), no other is sent. A later 401 stops nothing, because IAM also refuses a
// login for a project in which the user has no role. Method and secrets are those of the [LoginError] of the refusal.
func (f *FirstLogin) Guard(next http.RoundTripper, method string, secrets *Secrets) http.RoundTripper {
	if f == nil {
		return next
	}
	return &guarded{first: f, next: bodyLimiter{next}, method: method, secrets: secrets}
}

// outcome returns whether a login has succeeded, or the refusal of the first one.
func (f *FirstLogin) outcome() (succeeded bool, refusal error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.refusal == nil {
		return f.succeeded, nil
	}
	returned := *f.refusal // each login adds its own identity and advice
	returned.Err = errOthersNotSent
	return false, &returned
}

func (f *FirstLogin) succeed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.succeeded = true
}

func (f *FirstLogin) refuse(refusal *LoginError) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refusal = refusal
}

// begin waits until a request may be sent. If its outcome decides about the others, they wait until it calls end.
func (f *FirstLogin) begin(ctx context.Context) (decides bool, err error) {
	if succeeded, err := f.outcome(); succeeded || err != nil {
		return false, err
	}
	select {
	case f.turn <- struct{}{}:
	case <-ctx.Done():
		return false, ctx.Err()
	}
	succeeded, err := f.outcome()
	if succeeded || err != nil {
		f.end()
		return false, err
	}
	return true, nil
}

func (f *FirstLogin) end() { <-f.turn }

// guarded is a transport whose requests are subject to the outcome of the first login.
type guarded struct {
	first   *FirstLogin
	next    http.RoundTripper
	method  string
	secrets *Secrets
}

func (g *guarded) RoundTrip(req *http.Request) (*http.Response, error) {
	decides, err := g.first.begin(req.Context())
	if err != nil {
		closeBody(req)
		return nil, err
	}
	if !decides {
		return g.next.RoundTrip(req)
	}
	defer g.first.end()
	resp, err := g.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode == http.StatusUnauthorized {
		return resp, g.refuse(req, resp)
	}
	if resp.StatusCode < http.StatusMultipleChoices {
		g.first.succeed()
	}
	return resp, nil
}

// refuse records the refusal that a response contains. The body of the response can be read again.
func (g *guarded) refuse(req *http.Request, resp *http.Response) error {
	body, err := io.ReadAll(resp.Body)
	if closing := resp.Body.Close(); err == nil {
		err = closing
	}
	refusal := &LoginError{Method: g.method, URL: req.URL.String()}
	refusal.setResponse(resp.StatusCode, resp.Header, body, g.secrets)
	g.first.refuse(refusal)
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return err
}
