package ims

import (
	"context"
	"sync/atomic"
)

// RefusedError says that a call was not sent, because the service has refused these credentials before: each further
// refusal would bring the access key nearer to being locked.
type RefusedError struct {
	First *Error // the answer that refused them
}

func (e *RefusedError) Error() string {
	return "not sent, because the service has refused the credentials before: " + e.First.Error()
}

// verdict is what an answer says about the credentials. The zero value says nothing.
type verdict struct {
	accepted bool
	refusal  *Error
}

// gate lets one attempt through at a time until the service has accepted the credentials, then all of them; once the
// service has refused the credentials it lets none through.
type gate struct {
	turn     chan struct{} // holds an element while an attempt tries the credentials
	accepted chan struct{} // closed once they were accepted
	refusal  atomic.Pointer[Error]
}

func newGate() *gate {
	return &gate{turn: make(chan struct{}, 1), accepted: make(chan struct{})}
}

// enter waits until an attempt may be made. Leave is called when it has ended, and its verdict was settled.
func (g *gate) enter(ctx context.Context) (leave func(), err error) {
	leave = func() {}
	select {
	case <-g.accepted:
	default:
		select {
		case <-g.accepted:
		case g.turn <- struct{}{}:
			leave = func() { <-g.turn }
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}

	if err := g.refused(); err != nil {
		leave()
		return nil, err
	}
	return leave, nil
}

// refused returns an error if the service has refused the credentials.
func (g *gate) refused() error {
	if first := g.refusal.Load(); first != nil {
		return &RefusedError{First: first}
	}
	return nil
}

// settle takes what an attempt has shown.
func (g *gate) settle(v verdict) {
	if v.refusal != nil {
		g.refusal.CompareAndSwap(nil, v.refusal)
	}
	if !v.accepted {
		return
	}
	select {
	case <-g.accepted:
	default:
		close(g.accepted)
	}
}
