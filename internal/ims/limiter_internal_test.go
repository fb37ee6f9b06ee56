// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestMaxInFlight(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newTestLimiter(t, 0, 2)
		for _, name := range []string{"a", "b", "optional", "c", "d"} {
			l.add(name)
		}
		l.expectOrder("a", "b")
		l.giveBack("b", admitted, 0)
		l.expectOrder("a", "b", "c")
		l.giveBack("a", inconclusive, 0)
		l.giveBack("c", admitted, 0)
		l.expectOrder("a", "b", "c", "d", "optional")
	})
}

// The backoff doubles with each throttled probe, up to 30 seconds, and starts again when the limiter closes again. A
// Retry-After can make it longer, but not shorter.
func TestProbesBackOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newTestLimiter(t, 0, 0)
		probe := func(wait time.Duration, f feedback, retryAfter time.Duration) {
			t.Helper()
			before := l.issued()
			l.add("probe")
			begun := time.Now()
			for l.issued() == before {
				<-time.After(100 * time.Millisecond)
			}
			if took := time.Since(begun); wait > 0 && took != wait {
				t.Errorf("the probe was sent after %s, want %s", took, wait)
			}
			if issued, _ := l.result("probe"); !issued.probe {
				t.Error("the permit is not for a probe")
			}
			l.giveBack("probe", f, retryAfter)
		}
		throttle := func(retryAfter time.Duration) {
			l.add("call")
			<-time.After(time.Minute)
			l.giveBack("call", throttled, retryAfter)
		}
		throttle(0)
		probe(time.Second, throttled, 0)
		probe(2*time.Second, throttled, time.Second)     // less than the backoff
		probe(4*time.Second, throttled, 100*time.Second) // more than the backoff
		probe(100*time.Second, throttled, 0)             // from then on the backoff again
		probe(16*time.Second, throttled, 0)
		probe(30*time.Second, throttled, 0)
		probe(30*time.Second, admitted, 0)
		throttle(0)
		probe(time.Second, throttled, 0) // from the start again
		probe(2*time.Second, admitted, 0)
		throttle(20 * time.Second)
		probe(20*time.Second, admitted, 0)
	})
}

func TestProbeBackoffIsAtLeastHalfOfItsLimit(t *testing.T) {
	t.Parallel()
	none := newLimiter(time.Now, func(time.Duration) time.Duration { return 0 }, 0, 0)
	if wait := none.probeBackoff(); wait != firstProbeBackoff/2 {
		t.Errorf("it is %s", wait)
	}
}

// The next call after an admitted probe is paced from the response to the probe, however long that took.
func TestFirstCallAfterAProbeIsPaced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newTestLimiter(t, 0, 0)
		l.add("a")
		l.add("b")
		l.giveBack("a", admitted, 0)
		<-time.After(8 * time.Second)
		l.giveBack("b", throttled, 0)
		l.add("probe")
		<-time.After(11 * time.Second)   // sent after one second, in flight for ten
		l.giveBack("probe", admitted, 0) // measured: one call in 13.5 seconds; the next one follows after 15
		l.add("c")
		l.expectOrder("a", "b", "probe")
		<-time.After(10 * time.Second)
		l.expectOrder("a", "b", "probe")
		<-time.After(5 * time.Second)
		l.expectOrder("a", "b", "probe", "c")
	})
}

// Attempts that were in flight when the limiter closed neither delay the probe nor close the limiter again.
func TestLimiterClosesOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(time.Now, func(limit time.Duration) time.Duration { return limit }, 0, 0)
		first, _ := l.acquire(t.Context(), newWaiter(false))
		second, _ := l.acquire(t.Context(), newWaiter(false))
		if wait, begun := l.release(first, throttled, 0); wait != time.Second || !begun {
			t.Errorf("the wait is %s, begun: %t", wait, begun)
		}
		<-time.After(time.Second / 2)
		if wait, begun := l.release(second, throttled, 0); wait != 0 || begun {
			t.Errorf("the second wait is %s, begun: %t", wait, begun)
		}
		if due := time.Until(l.nextPermit(time.Now())); due != time.Second/2 {
			t.Errorf("the probe is due after %s", due)
		}
	})
}
