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

// enter waits until an attempt may be made. The attempt hands its verdict to leave when it has ended.
func (g *gate) enter(ctx context.Context) (leave func(verdict), err error) {
	leave = g.settle
	select {
	case <-g.accepted:
	default:
		select {
		case <-g.accepted:
		case g.turn <- struct{}{}:
			leave = func(v verdict) {
				g.settle(v)
				<-g.turn
			}
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}

	if first := g.refusal.Load(); first != nil {
		leave(verdict{})
		return nil, &RefusedError{First: first}
	}
	return leave, nil
}

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
