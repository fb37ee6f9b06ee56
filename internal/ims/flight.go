package ims

import "context"

// flight is a call that several goroutines wait for. It outlives the context of whoever asked first, and ends when
// nobody waits for it any more. The lock of its owner guards waiting.
type flight struct {
	waiting int
	cancel  context.CancelFunc
	done    chan struct{}
}

// newFlight returns a flight and the context of its call.
func newFlight(ctx context.Context) (*flight, context.Context) {
	shared, cancel := context.WithCancel(context.WithoutCancel(ctx))
	return &flight{cancel: cancel, done: make(chan struct{})}, shared
}

// leave gives up waiting, and reports whether that was the last one to wait.
func (f *flight) leave() bool {
	f.waiting--
	if f.waiting > 0 {
		return false
	}
	f.cancel()
	return true
}

// land ends the flight for all who wait.
func (f *flight) land() {
	f.cancel()
	close(f.done)
}
