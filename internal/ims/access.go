// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"context"
	"sync"
)

// access decides whether attempts of one client may be sent at all: whether its endpoint can be reached (reachability.go) and
// whether the credentials are accepted (credentials.go). Other clients may share the credentials, but not the endpoint.
//
// While the credentials are unproven, only one attempt at a time is sent. Its grant has two parts:
//
//   - the place of the only call of this client that is sent. The call keeps it between two attempts if the other calls of
//     the client wait for the outcome of the second. It is also needed, without the turn, until the endpoint has accepted the
//     credentials: several calls at once that a region refuses would lock the access key, in all regions.
//   - the turn of this client among those that share the credentials. A call gives it up when it waits for its permit, or
//     after an attempt without a response, so that no client waits for an endpoint that throttles or cannot be reached. A call
//     that was refused keeps it until its next attempt, because nobody may try the credentials meanwhile.
type access struct {
	maxRetries  int
	credentials *Credentials
	place       chan struct{} // holds an element while a call has the place

	mu       sync.Mutex
	stopErr  error         // why this client sends nothing any more; nil if it may send
	stopped  chan struct{} // closed when stopErr is set
	accepted bool          // the endpoint has accepted the credentials

	reached        bool   // the service has responded
	unanswered     int    // attempts without a response before that
	lastUnanswered *Error // the last of them
}

// grant is the right to send an attempt. It is used by one goroutine.
type grant struct {
	required bool // place and turn are needed even if the credentials are proven
	place    bool
	turn     bool
}

// need is what a grant needs at the moment.
type need struct {
	place, turn bool
	changed     <-chan struct{} // closed when the state of the credentials changes
}

// evidence is what an attempt shows about the service and the credentials. The zero value shows nothing.
type evidence struct {
	unanswered *Error // why there is no response
	permanent  bool   // every other attempt would fail in the same way
	accepted   bool   // the service accepted the credentials
	refused    *Error // the response that refused the credentials
}

// decision is what access decides about a call after one of its attempts.
type decision struct {
	keepGrant        bool // the call keeps its grant until its next attempt, because other calls wait for the outcome
	retryExclusively bool // the credentials were refused, and this call tries them once more
	stop             bool // there is no next attempt

	// unanswered is the number of attempts of all calls without a response. It is 0 if there has been a response.
	unanswered int
}

// newAccess returns the access of a client with credentials of its own.
func newAccess(maxRetries int) *access {
	return &access{
		maxRetries: maxRetries, credentials: NewCredentials(),
		place: make(chan struct{}, 1), stopped: make(chan struct{}),
	}
}

// acquire waits until an attempt may be sent. The grant is exclusive if that is required, if the credentials are unproven, or if
// the endpoint has not accepted them yet. It must be given back with release.
func (a *access) acquire(ctx context.Context, required bool) (*grant, error) {
	for {
		g := &grant{required: required}
		n, err := a.need(g)
		if err != nil {
			return nil, err
		}
		if !n.place {
			return g, nil
		}
		select {
		case <-n.changed:
			continue
		case <-a.stopped:
			continue
		case a.place <- struct{}{}:
			g.place = true
		case <-ctx.Done():
			return nil, a.explain(ctx.Err())
		}
		valid, err := a.complete(ctx, g)
		if valid {
			return g, nil
		}
		a.release(g)
		if err != nil {
			return nil, err
		}
	}
}

// tryAcquire returns a grant only if there is no need to wait for it.
func (a *access) tryAcquire() (*grant, error) {
	g := &grant{}
	n, err := a.need(g)
	if err != nil {
		return nil, err
	}
	if n.place {
		return nil, ErrNotSent
	}
	return g, nil
}

// complete waits until a grant has the turn, if it needs it. It returns false if the grant is not valid any more.
func (a *access) complete(ctx context.Context, g *grant) (bool, error) {
	n, _ := a.need(g)
	if g.place && n.turn && !a.tryTurn(g) {
		select {
		case a.credentials.turn <- struct{}{}:
			g.turn = true
		case <-n.changed:
		case <-a.stopped:
		case <-ctx.Done():
			return false, a.explain(ctx.Err())
		}
	}
	return a.isValid(g), nil
}

// confirm reports whether an attempt may be sent with a grant now, without waiting.
func (a *access) confirm(g *grant) bool {
	if n, _ := a.need(g); g.place && n.turn {
		a.tryTurn(g)
	}
	return a.isValid(g)
}

// release gives a grant back.
func (a *access) release(g *grant) {
	a.yieldTurn(g)
	if g.place {
		g.place = false
		<-a.place
	}
}

// yieldTurn lets other clients try the credentials until the grant is completed again. The other calls of this client wait.
func (a *access) yieldTurn(g *grant) {
	if g.turn {
		g.turn = false
		<-a.credentials.turn
	}
}

// tryTurn takes the turn if it is free, and reports whether the grant has it.
func (a *access) tryTurn(g *grant) bool {
	g.turn = g.turn || tryTake(a.credentials.turn)
	return g.turn
}

// tryPlace takes the place if it is free, and reports whether the grant has it.
func (a *access) tryPlace(g *grant) bool {
	g.place = g.place || tryTake(a.place)
	return g.place
}

func tryTake(slot chan struct{}) bool {
	select {
	case slot <- struct{}{}:
		return true
	default:
		return false
	}
}

// isValid reports whether a grant is what an attempt needs. While a grant has the turn, nobody else can prove the credentials.
func (a *access) isValid(g *grant) bool {
	n, err := a.need(g)
	return err == nil && g.place == n.place && g.turn == n.turn
}

// need returns what a grant needs, or why nothing is sent any more.
func (a *access) need(g *grant) (need, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	state, changed, err := a.credentials.current()
	if a.stopErr != nil {
		err = a.stopErr
	}
	turn := g.required || state == credentialsUnproven
	return need{place: turn || !a.accepted, turn: turn, changed: changed}, err
}

// report takes what an attempt has shown.
func (a *access) report(g *grant, e evidence) decision {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case e.unanswered != nil && !a.reached:
		return a.countUnanswered(g, e)
	case e.refused != nil:
		return a.refuse(g, e.refused)
	case e.accepted:
		a.accept(g)
	}
	return decision{stop: a.hasStopped()}
}

// stop lets no further attempt of this client through. The caller holds the lock.
func (a *access) stop(err error) {
	if a.stopErr == nil {
		a.stopErr = err
		close(a.stopped)
	}
}

// hasStopped reports whether nothing is sent any more. The caller holds the lock.
func (a *access) hasStopped() bool {
	_, _, refused := a.credentials.current()
	return a.stopErr != nil || refused != nil
}

// snapshot returns a copy of an error whose call goes on to change it.
func snapshot(e *Error) *Error {
	copied := *e
	return &copied
}
