package ims

import (
	"context"
	"sync"
)

// access decides whether attempts may be sent at all: whether the service can be reached (reachability.go) and accepts the
// credentials (credentials.go). It is in one of three states:
//
//   - unproven: nobody knows yet whether the service accepts the credentials. Only one attempt at a time is sent, with an
//     exclusive grant. If the service accepts the credentials, access becomes proven. If it refuses them, or if it cannot
//     be reached, access stops.
//   - proven: every attempt is sent. If the service refuses the credentials now, access becomes unproven, and the call that
//     was refused tries them again. Nothing else is sent until it has.
//   - stopped: nothing is sent any more.
type access struct {
	maxRetries int
	exclusive  chan struct{} // holds an element while there is an exclusive grant

	mu      sync.Mutex
	state   accessState
	stopErr error         // why, in the state stopped
	changed chan struct{} // closed and replaced when the state changes

	reached        bool   // the service has responded
	unanswered     int    // attempts without a response before that
	lastUnanswered *Error // the last of them
}

type accessState int

const (
	accessUnproven accessState = iota
	accessProven
	accessStopped
)

// grant is the right to send an attempt.
type grant struct {
	exclusive bool // no other attempt is started meanwhile
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

func newAccess(maxRetries int) *access {
	return &access{maxRetries: maxRetries, exclusive: make(chan struct{}, 1), changed: make(chan struct{})}
}

// acquire waits until an attempt may be sent. The grant is exclusive if that is asked for, or if access is unproven. It must
// be given back with release.
func (a *access) acquire(ctx context.Context, exclusive bool) (*grant, error) {
	for {
		state, changed, err := a.current()
		if err != nil {
			return nil, err
		}
		if state == accessProven && !exclusive {
			return &grant{}, nil
		}
		select {
		case <-changed:
			continue
		case a.exclusive <- struct{}{}:
		case <-ctx.Done():
			return nil, a.explain(ctx.Err())
		}
		if state, _, _ := a.current(); state == accessUnproven || state == accessProven && exclusive {
			return &grant{exclusive: true}, nil
		}
		<-a.exclusive // the state has changed meanwhile
	}
}

// tryAcquire returns a grant only if there is no need to wait for it.
func (a *access) tryAcquire() (*grant, error) {
	state, _, err := a.current()
	if err != nil {
		return nil, err
	}
	if state != accessProven {
		return nil, ErrNotSent
	}
	return &grant{}, nil
}

// release gives a grant back.
func (a *access) release(g *grant) {
	if g.exclusive {
		<-a.exclusive
	}
}

// isValid reports whether an attempt may still be sent with a grant.
func (a *access) isValid(g *grant) bool {
	state, _, _ := a.current()
	return state == accessProven || state == accessUnproven && g.exclusive
}

// current returns the state, a channel that is closed when it changes, and why access has stopped, if it has.
func (a *access) current() (state accessState, changed <-chan struct{}, stopped error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.state, a.changed, a.stopErr
}

// report takes what an attempt has shown.
func (a *access) report(g *grant, e evidence) decision {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case e.unanswered != nil && !a.reached:
		return a.countUnanswered(e)
	case e.refused != nil:
		return a.refuse(g, e.refused)
	case e.accepted && g.exclusive: // that of a shared grant shows nothing new
		a.setState(accessProven)
	}
	return decision{stop: a.state == accessStopped}
}

// stop lets no further attempt through. The caller holds the lock.
func (a *access) stop(err error) {
	a.stopErr = err
	a.setState(accessStopped)
}

// setState changes the state, unless access has stopped. The caller holds the lock.
func (a *access) setState(state accessState) {
	if a.state == state || a.state == accessStopped {
		return
	}
	a.state = state
	close(a.changed)
	a.changed = make(chan struct{})
}

// snapshot returns a copy of an error whose call goes on to change it.
func snapshot(e *Error) *Error {
	copied := *e
	return &copied
}
