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

// line is a limiter and the order in which it gave permits.
type line struct {
	*limiter

	t     *testing.T
	mu    sync.Mutex
	order []string
	given map[string]permit
	errs  map[string]error
}

func newLine(t *testing.T, perSecond float64, concurrent int) *line {
	t.Helper()
	longest := func(limit time.Duration) time.Duration { return limit }
	return &line{
		limiter: newLimiter(time.Now, longest, perSecond, concurrent), t: t,
		given: make(map[string]permit), errs: make(map[string]error),
	}
}

// queueAt makes a call wait for a permit at a place.
func (l *line) queueAt(ctx context.Context, name string, w *waiter) {
	go func() {
		given, err := l.acquire(ctx, w)
		l.mu.Lock()
		defer l.mu.Unlock()
		l.given[name], l.errs[name] = given, err
		if err == nil {
			l.order = append(l.order, name)
		}
	}()
	synctest.Wait()
}

func (l *line) add(name string) {
	l.queueAt(l.t.Context(), name, newWaiter(strings.HasPrefix(name, "optional")))
}

// expect holds who got a permit so far.
func (l *line) expect(names ...string) {
	l.t.Helper()
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !slices.Equal(l.order, names) {
		l.t.Errorf("after permits for %v, want %v", l.order, names)
	}
}

// ended returns what a call got.
func (l *line) ended(name string) (permit, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.given[name], l.errs[name]
}

// permits returns how many permits were given.
func (l *line) permits() int {
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.order)
}

// end takes a permit back.
func (l *line) end(name string, f feedback, retryAfter time.Duration) {
	given, _ := l.ended(name)
	l.release(given, f, retryAfter)
	synctest.Wait()
}

func TestOptionalCallsComeLast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, 1, 0)
		for _, name := range []string{"a", "optional 1", "b", "optional 2", "c"} {
			l.add(name)
		}
		<-time.After(2500 * time.Millisecond)
		l.expect("a", "b", "c")
		l.add("d")
		<-time.After(2 * time.Second)
		l.expect("a", "b", "c", "d", "optional 1")
		<-time.After(time.Second)
		l.expect("a", "b", "c", "d", "optional 1", "optional 2")
	})
}

// An optional call does not wait for a service that throttles, whether it comes before or after, and is never the probe.
func TestOptionalCallsDoNotWaitForAServiceThatThrottles(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, 1, 0)
		l.add("a")
		hasty, cancel := context.WithCancel(t.Context())
		l.queueAt(hasty, "before them", newWaiter(false))
		l.add("optional 1")
		l.add("optional 2")
		l.end("a", throttled, 0)
		l.add("optional 3")
		for _, name := range []string{"optional 1", "optional 2", "optional 3"} {
			if _, err := l.ended(name); !errors.Is(err, ErrNotSent) {
				t.Errorf("%s ended with %v", name, err)
			}
		}
		cancel()
		<-time.After(time.Hour)
		l.expect("a")
		l.add("b")
		l.expect("a", "b")
	})
}

// A call that is throttled keeps its place before those that came after it.
func TestAThrottledCallKeepsItsPlace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, 0, 0)
		first := newWaiter(false)
		l.queueAt(t.Context(), "first", first)
		l.end("first", throttled, 0)
		l.add("second")
		l.add("third")
		l.queueAt(t.Context(), "first again", first)
		<-time.After(time.Second)
		l.expect("first", "first again")
		l.end("first again", admitted, 0)
		<-time.After(time.Minute)
		l.expect("first", "first again", "second", "third")
	})
}

// One that leaves, from the head or from the middle, holds up nobody.
func TestLeavingTheQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, 1, 0)
		l.add("a")
		hasty, cancel := context.WithCancel(t.Context())
		l.queueAt(hasty, "head", newWaiter(false))
		l.add("b")
		l.queueAt(hasty, "middle", newWaiter(false))
		l.add("c")
		cancel()
		l.expect("a")
		<-time.After(1500 * time.Millisecond)
		l.expect("a", "b")
		<-time.After(time.Second)
		l.expect("a", "b", "c")
		for _, name := range []string{"head", "middle"} {
			if _, err := l.ended(name); !errors.Is(err, context.Canceled) {
				t.Errorf("the %s ended with %v", name, err)
			}
		}
	})
}

// The head knows whether its turn comes in time; nobody behind it is given up before that.
func TestOnlyTheHeadGivesUpBeforeItsTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, 1, 0)
		l.add("a")
		short, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		enough, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
		defer cancel()
		l.queueAt(short, "short", newWaiter(false))
		l.queueAt(enough, "enough", newWaiter(false))
		if _, err := l.ended("short"); !errors.Is(err, ErrWaitTooLong) {
			t.Errorf("it ended with %v", err)
		}
		<-time.After(time.Second)
		l.expect("a", "enough")
	})
}
