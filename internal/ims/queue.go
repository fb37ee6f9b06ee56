// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"context"
	"math"
	"slices"
	"time"
)

// untilNotified is a wait that only a notification ends.
const untilNotified time.Duration = math.MaxInt64

// waiter is a call that waits for permits. It keeps its number for all attempts of the call, so that a call that was
// throttled does not lose its place. Only a call whose probe was throttled gets a new one: the service may throttle that
// call alone.
type waiter struct {
	optional bool          // comes after all waiters that are not optional
	number   uint64        // in the order of arrival; 0 until it is in the queue for the first time
	notified chan struct{} // holds an element when the waiter must try again
	onSleep  func()        // called before each wait; may be nil
}

func newWaiter(optional bool) *waiter {
	return &waiter{optional: optional, notified: make(chan struct{}, 1)}
}

// notify makes the waiter try again.
func (w *waiter) notify() {
	select {
	case w.notified <- struct{}{}:
	default: // it has been notified already
	}
}

// sleep waits until the time is over or the waiter is notified.
func (w *waiter) sleep(ctx context.Context, wait time.Duration) error {
	if w.onSleep != nil {
		w.onSleep()
	}
	var expired <-chan time.Time
	if wait != untilNotified {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		expired = timer.C
	}
	select {
	case <-expired:
	case <-w.notified:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

// queue holds the waiters, in the order in which they get a permit: that of arrival, and optional ones last. Only the head
// sets a timer, so that no waiter overtakes another. The lock of the [limiter] guards it.
type queue struct {
	waiters []*waiter
	arrived uint64 // waiters that have been in the queue so far
}

func (q *queue) add(w *waiter) {
	if w.number == 0 {
		q.arrived++
		w.number = q.arrived
	}
	at, _ := slices.BinarySearchFunc(q.waiters, w, compareWaiters)
	q.waiters = slices.Insert(q.waiters, at, w)
}

// remove takes a waiter out. If it was the head, it notifies the new head.
func (q *queue) remove(w *waiter) {
	at := slices.Index(q.waiters, w)
	q.waiters = slices.Delete(q.waiters, at, at+1)
	if at == 0 {
		q.notifyHead()
	}
}

func (q *queue) isHead(w *waiter) bool { return q.waiters[0] == w }

func (q *queue) notifyHead() {
	if len(q.waiters) > 0 {
		q.waiters[0].notify()
	}
}

func (q *queue) notifyOptional() {
	for _, w := range slices.Backward(q.waiters) {
		if !w.optional {
			return
		}
		w.notify()
	}
}

func compareWaiters(a, b *waiter) int {
	switch {
	case a.optional != b.optional && a.optional:
		return 1
	case a.optional != b.optional || a.number < b.number:
		return -1
	case a.number > b.number:
		return 1
	}
	return 0
}
