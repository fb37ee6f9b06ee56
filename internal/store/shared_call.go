package store

import "context"

// sharedCall is a call that several goroutines wait for. It outlives the context of the one that started it, and is
// cancelled when nobody waits for it any more. The mutex of the [Store] guards waiting.
type sharedCall struct {
	waiting int
	cancel  context.CancelFunc
	done    chan struct{}
}

// newSharedCall returns a call and its context.
func newSharedCall(ctx context.Context) (*sharedCall, context.Context) {
	shared, cancel := context.WithCancel(context.WithoutCancel(ctx))
	return &sharedCall{cancel: cancel, done: make(chan struct{})}, shared
}

// abandon stops waiting, and reports whether nobody else waits.
func (c *sharedCall) abandon() bool {
	c.waiting--
	if c.waiting > 0 {
		return false
	}
	c.cancel()
	return true
}

// finish ends the call for all that wait for it.
func (c *sharedCall) finish() {
	c.cancel()
	close(c.done)
}
