package ims

import (
	"context"
	"errors"
	"sync"
)

// RefusedError says that a call was not sent, because the service has refused these credentials before: each further
// refusal would bring the access key nearer to being locked.
type RefusedError struct {
	First *Error // the answer that refused them
}

func (e *RefusedError) Error() string {
	return "not sent, because the service refused the credentials earlier: " + e.First.Error()
}

// UnreachableError says that a call was not sent, because no call of this client has reached the service.
type UnreachableError struct {
	Last *Error // the attempt after which no other was made
}

func (e *UnreachableError) Error() string {
	return "not sent, because the service could not be reached: " + e.Last.Error()
}

// Unwrap returns why the service could not be reached.
func (e *UnreachableError) Unwrap() error { return e.Last }

// verdict is what an attempt says about the service and the credentials. The zero value says nothing.
type verdict struct {
	silence  *Error // why there is no answer
	final    bool   // any other attempt would fail like this one
	accepted bool   // the credentials were accepted
	refusal  *Error // the answer that refused them
}

// next is what the gate says of a call after one of its attempts.
type next struct {
	keep     bool // the call keeps its pass until its next attempt: others wait for what comes of it
	alone    bool // the credentials were refused, and are to be tried once more, alone
	over     bool // the gate is closed: there is no next attempt
	failures int  // attempts of all calls without an answer, if no call has had any; 0 otherwise
}

// gate lets all attempts through while the service is known to accept the credentials, and one at a time while that is
// not known. It closes for good, and lets none through, when
//
//   - the service has never answered, and all calls together have made as many attempts as one call may, or one that shows
//     that all others would fail too (a circuit breaker);
//   - credentials are refused that were never accepted, or that are tried again, alone, after the first refusal. The call
//     that was refused first tries them, and nothing else is sent until it has.
type gate struct {
	maxRetries int
	turn       chan struct{} // holds an element while an attempt is made alone

	mu       sync.Mutex
	reached  bool // the service has answered
	silent   int  // attempts without an answer before that
	last     *Error
	accepted bool
	changed  chan struct{} // closed and replaced when accepted or closed changes
	closed   error
}

// pass is the right to make an attempt.
type pass struct {
	alone bool // no other attempt begins meanwhile
}

func newGate(maxRetries int) *gate {
	return &gate{maxRetries: maxRetries, turn: make(chan struct{}, 1), changed: make(chan struct{})}
}

// enter waits until an attempt may be made: alone if it has to be, and in any case while it is not known whether the
// credentials are accepted. A pass is given back with leave.
func (g *gate) enter(ctx context.Context, alone bool) (*pass, error) {
	for {
		open, changed, err := g.look()
		if err != nil {
			return nil, err
		}
		if open && !alone {
			return &pass{}, nil
		}
		select {
		case <-changed:
			continue
		case g.turn <- struct{}{}:
		case <-ctx.Done():
			return nil, g.explain(ctx.Err())
		}
		if open, _, err := g.look(); err == nil && (alone || !open) {
			return &pass{alone: true}, nil
		}
		<-g.turn // it has changed meanwhile
	}
}

// tryEnter is for what does not wait: it fails if only one attempt at a time may be made.
func (g *gate) tryEnter() (*pass, error) {
	open, _, err := g.look()
	if err != nil {
		return nil, err
	}
	if !open {
		return nil, ErrNotSent
	}
	return &pass{}, nil
}

// take makes the pass one that is alone, if there is no other such, and reports whether it did.
func (g *gate) take(p *pass) bool {
	select {
	case g.turn <- struct{}{}:
		p.alone = true
	default:
	}
	return p.alone
}

// leave gives a pass back.
func (g *gate) leave(p *pass) {
	if p.alone {
		<-g.turn
	}
}

// look returns whether all attempts are let through, and a channel that is closed when that changes.
func (g *gate) look() (open bool, changed <-chan struct{}, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.accepted, g.changed, g.closed
}

// isValid reports whether a pass that was given a while ago is still good.
func (g *gate) isValid(p *pass) bool {
	open, _, err := g.look()
	return err == nil && (open || p.alone)
}

// explain adds to the end of a wait what is known of why the service does not answer.
func (g *gate) explain(err error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.reached || g.last == nil {
		return err
	}
	return errors.Join(&UnreachableError{Last: g.last}, err)
}

// reach is told that the service has answered, whatever it says.
func (g *gate) reach() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.reached = true
}

// settle takes what an attempt has shown.
func (g *gate) settle(p *pass, v verdict) next {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case v.silence != nil && !g.reached:
		return g.miss(v)
	case v.refusal != nil && p.alone:
		g.close(&RefusedError{First: kept(v.refusal)})
	case v.refusal != nil:
		g.set(false)
		return next{alone: true, keep: g.take(p)}
	case v.accepted && p.alone: // one that was sent among others says nothing that was not known
		g.set(true)
	}
	return next{over: g.closed != nil}
}

// miss counts an attempt without an answer where there was none before. The caller holds the lock.
func (g *gate) miss(v verdict) next {
	g.silent++
	g.last = kept(v.silence)
	if v.final || g.silent > g.maxRetries {
		g.close(&UnreachableError{Last: g.last})
	}
	return next{keep: g.closed == nil, over: g.closed != nil, failures: g.silent}
}

// kept is the error as it is now: the call it belongs to goes on to change its own.
func kept(e *Error) *Error {
	copied := *e
	return &copied
}

func (g *gate) close(err error) {
	g.closed = err
	g.notify()
}

func (g *gate) set(accepted bool) {
	if g.accepted != accepted {
		g.accepted = accepted
		g.notify()
	}
}

func (g *gate) notify() {
	close(g.changed)
	g.changed = make(chan struct{})
}
