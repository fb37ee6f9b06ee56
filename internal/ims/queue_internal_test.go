// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// testLimiter records the order in which a limiter issues permits.
type testLimiter struct {
	*limiter

	t       *testing.T
	mu      sync.Mutex
	order   []string          // names of the calls that got a permit
	permits map[string]permit // by name
	errs    map[string]error  // by name
}

func newTestLimiter(t *testing.T, perSecond float64, concurrent int) *testLimiter {
	t.Helper()
	longest := func(limit time.Duration) time.Duration { return limit }
	return &testLimiter{
		limiter: newLimiter(time.Now, longest, perSecond, concurrent), t: t,
		permits: make(map[string]permit), errs: make(map[string]error),
	}
}

// acquireInBackground makes a call wait for a permit.
func (l *testLimiter) acquireInBackground(ctx context.Context, name string, w *waiter) {
	go func() {
		given, err := l.acquire(ctx, w)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.permits[name], l.errs[name] = given, err
		if err == nil {
			l.order = append(l.order, name)
		}
	}()
	synctest.Wait()
}

// add makes a call wait for a permit. It is optional if its name starts with "optional".
func (l *testLimiter) add(name string) {
	l.acquireInBackground(l.t.Context(), name, newWaiter(strings.HasPrefix(name, "optional")))
}

// expectOrder checks which calls have got a permit so far, and in which order.
func (l *testLimiter) expectOrder(names ...string) {
	l.t.Helper()
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Equal(l.order, names) {
		l.t.Errorf("the permits are for %v, want %v", l.order, names)
	}
}

// result returns what a call got.
func (l *testLimiter) result(name string) (permit, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.permits[name], l.errs[name]
}

// issued returns how many permits were issued.
func (l *testLimiter) issued() int {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.order)
}

// giveBack releases the permit of a call.
func (l *testLimiter) giveBack(name string, f feedback, retryAfter time.Duration) {
	given, _ := l.result(name)
	l.release(given, f, retryAfter)
	synctest.Wait()
}

func TestOptionalCallsComeLast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newTestLimiter(t, 1, 0)
		for _, name := range []string{"a", "optional 1", "b", "optional 2", "c"} {
			l.add(name)
		}
		<-time.After(2500 * time.Millisecond)
		l.expectOrder("a", "b", "c")
		l.add("d")
		<-time.After(2 * time.Second)
		l.expectOrder("a", "b", "c", "d", "optional 1")
		<-time.After(time.Second)
		l.expectOrder("a", "b", "c", "d", "optional 1", "optional 2")
	})
}

// An optional call does not wait while the service throttles, whenever it arrives, and is never a probe.
func TestOptionalCallsDoNotWaitWhileThrottled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newTestLimiter(t, 1, 0)
		l.add("a")
		cancelled, cancel := context.WithCancel(t.Context())
		l.acquireInBackground(cancelled, "first", newWaiter(false))
		l.add("optional 1")
		l.add("optional 2")
		l.giveBack("a", throttled, 0)
		l.add("optional 3")
		for _, name := range []string{"optional 1", "optional 2", "optional 3"} {
			if _, err := l.result(name); !errors.Is(err, ErrNotSent) {
				t.Errorf("%s ended with %v", name, err)
			}
		}
		cancel()
		<-time.After(time.Hour)
		l.expectOrder("a")
		l.add("b")
		l.expectOrder("a", "b")
	})
}

// A throttled call stays before the calls that arrived after it.
func TestThrottledCallKeepsItsPlaceInTheQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newTestLimiter(t, 0, 0)
		first := newWaiter(false)
		l.acquireInBackground(t.Context(), "first", first)
		l.giveBack("first", throttled, 0)
		l.add("second")
		l.add("third")
		l.acquireInBackground(t.Context(), "first again", first)
		<-time.After(time.Second)
		l.expectOrder("first", "first again")
		l.giveBack("first again", admitted, 0)
		<-time.After(time.Minute)
		l.expectOrder("first", "first again", "second", "third")
	})
}

// A cancelled waiter does not block the others, whether it was the head of the queue or not.
func TestCancelledWaitersDoNotBlockTheQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newTestLimiter(t, 1, 0)
		l.add("a")
		cancelled, cancel := context.WithCancel(t.Context())
		l.acquireInBackground(cancelled, "head", newWaiter(false))
		l.add("b")
		l.acquireInBackground(cancelled, "middle", newWaiter(false))
		l.add("c")
		cancel()
		l.expectOrder("a")
		<-time.After(1500 * time.Millisecond)
		l.expectOrder("a", "b")
		<-time.After(time.Second)
		l.expectOrder("a", "b", "c")
		for _, name := range []string{"head", "middle"} {
			if _, err := l.result(name); !errors.Is(err, context.Canceled) {
				t.Errorf("the %s ended with %v", name, err)
			}
		}
	})
}

// Only the head of the queue knows when its permit is due. The others wait until their deadline.
func TestOnlyTheHeadOfTheQueueGivesUpEarly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newTestLimiter(t, 1, 0)
		l.add("a")
		short, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		enough, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		l.acquireInBackground(short, "short", newWaiter(false))
		l.acquireInBackground(enough, "enough", newWaiter(false))
		if _, err := l.result("short"); !errors.Is(err, ErrWaitTooLong) {
			t.Errorf("it ended with %v", err)
		}
		<-time.After(time.Second)
		l.expectOrder("a", "enough")
	})
}
