// SPDX-License-Identifier: MPL-2.0

package store

import "context"

// sharedCall is a call that several goroutines wait for. It does not end with the context of the goroutine that started it,
// but is cancelled when nobody waits for it any more.
type sharedCall struct {
	waiting int // goroutines; the mutex of the [Store] guards it
	cancel  context.CancelFunc
	done    chan struct{}
}

// newSharedCall returns a call and the context to make it with.
func newSharedCall(ctx context.Context) (*sharedCall, context.Context) {
	shared, cancel := context.WithCancel(context.WithoutCancel(ctx))
	return &sharedCall{cancel: cancel, done: make(chan struct{})}, shared
}

// abandon removes one goroutine that waits. If it was the last one, it cancels the call and returns true. The caller holds
// the mutex.
func (c *sharedCall) abandon() bool {
	c.waiting--
	if c.waiting > 0 {
		return false
	}
	c.cancel()
	return true
}

// finish wakes all goroutines that wait.
func (c *sharedCall) finish() {
	c.cancel()
	close(c.done)
}
