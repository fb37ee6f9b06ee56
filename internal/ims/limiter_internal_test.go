package ims

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestThePlacesOnTheWayAreKeptTo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, 0, 2)
		for _, name := range []string{"a", "b", "optional", "c", "d"} {
			l.add(name)
		}
		l.expect("a", "b")
		l.end("b", admitted, 0)
		l.expect("a", "b", "c")
		l.end("a", inconclusive, 0)
		l.end("c", admitted, 0)
		l.expect("a", "b", "c", "d", "optional")
	})
}

// The backoff doubles with each probe that is throttled, up to half a minute, and begins anew when the limiter closes
// anew. The service may ask for more, not for less.
func TestProbesBackOff(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, 0, 0)
		probe := func(wait time.Duration, f feedback, retryAfter time.Duration) {
			t.Helper()
			before := l.permits()
			l.add("probe")
			begun := time.Now()
			for l.permits() == before {
				<-time.After(100 * time.Millisecond)
			}
			if took := time.Since(begun); wait > 0 && took != wait {
				t.Errorf("the probe was sent after %s, want %s", took, wait)
			}
			if given, _ := l.ended("probe"); !given.probe {
				t.Error("it is no probe")
			}
			l.end("probe", f, retryAfter)
		}
		throttle := func(retryAfter time.Duration) {
			l.add("call")
			<-time.After(time.Minute)
			l.end("call", throttled, retryAfter)
		}
		throttle(0)
		probe(time.Second, throttled, 0)
		probe(2*time.Second, throttled, time.Second)     // less than its own backoff
		probe(4*time.Second, throttled, 100*time.Second) // more than that
		probe(100*time.Second, throttled, 0)             // and from there on as before
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

// Half of a backoff is random, and half is not.
func TestABackoffIsAtLeastHalfOfItsLimit(t *testing.T) {
	t.Parallel()
	none := newLimiter(time.Now, func(time.Duration) time.Duration { return 0 }, 0, 0)
	if wait := none.probeBackoff(); wait != firstProbeBackoff/2 {
		t.Errorf("it is %s", wait)
	}
}

// When a probe is admitted, the next call keeps its distance from the answer, however long that took.
func TestTheFirstCallAfterAProbeKeepsItsDistance(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLine(t, 0, 0)
		l.add("a")
		l.add("b")
		l.end("a", admitted, 0)
		<-time.After(8 * time.Second)
		l.end("b", throttled, 0)
		l.add("probe")
		<-time.After(11 * time.Second) // sent after one second, and ten on its way
		l.end("probe", admitted, 0)    // a call was taken in 13.5 seconds: the next one comes after 15
		l.add("c")
		l.expect("a", "b", "probe")
		<-time.After(10 * time.Second)
		l.expect("a", "b", "probe")
		<-time.After(5 * time.Second)
		l.expect("a", "b", "probe", "c")
	})
}

// Calls that were on their way when the service began to throttle say nothing new: the probe comes no later, and nobody is
// told again.
func TestTheServiceBeginsToThrottleOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(time.Now, func(limit time.Duration) time.Duration { return limit }, 0, 0)
		first, _ := l.acquire(t.Context(), newWaiter(false))
		second, _ := l.acquire(t.Context(), newWaiter(false))
		if wait, begun := l.release(first, throttled, 0); wait != time.Second || !begun {
			t.Errorf("it waits %s, begun: %t", wait, begun)
		}
		<-time.After(time.Second / 2)
		if wait, begun := l.release(second, throttled, 0); wait != 0 || begun {
			t.Errorf("it waits %s more, begun: %t", wait, begun)
		}
		if due := time.Until(l.nextPermit(time.Now())); due != time.Second/2 {
			t.Errorf("the probe comes after %s", due)
		}
	})
}
