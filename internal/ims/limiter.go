// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	firstProbeBackoff = time.Second      // the upper limit of the wait before the first probe; it doubles with each probe
	maxProbeBackoff   = 30 * time.Second // the upper limit of the wait between two probes
)

// ErrNotSent says that an optional call was not sent. It waits neither for a service that throttles, nor for one that has
// not accepted the credentials yet.
var ErrNotSent = errors.New("not sent, because the service limits the rate of calls at the moment")

// limiter is an adaptive rate limiter. It issues permits to the attempts of all calls of its clients, in the order in which
// the calls came. It is in one of three states:
//
//   - open: permits are issued at an adaptive rate. At first there is no limit. The first attempt that is throttled closes
//     the limiter.
//   - closed: no permits are issued until a backoff is over, or the wait that the service asked for in Retry-After if that
//     is longer. Then the first call in the queue gets a permit for a probe.
//   - probing: no permits are issued until the probe has ended. If it was admitted, the limiter opens. If it was throttled,
//     the limiter closes again, and the backoff doubles. If it shows neither, the next probe may follow at once.
//
// The rate follows the service by AIMD (additive increase, multiplicative decrease) with a cubic term. t seconds after the
// limiter opened, in permits a second,
//
//	rate(t) = 0.9 · measured · (1 + 0.02·t + (t/window)³)
//
// rate.go says how measured and window are found.
//
// Optional calls come last and are never a probe. They do not wait while the limiter is closed or probing.
type limiter struct {
	now         func() time.Time
	jitter      func(time.Duration) time.Duration
	maxRate     float64 // permits a second; 0 for no configured limit
	maxInFlight int     // 0 for no configured limit

	mu         sync.Mutex
	state      limiterState
	queue      queue
	rate       adaptiveRate // in the state open
	inFlight   int          // permits that have not been released
	lastPermit time.Time    // when the last permit was issued

	// In the states closed and probing.
	closedAt        time.Time // when the limiter closed
	throttledAt     time.Time // when the last attempt was throttled
	probeAt         time.Time // when the next probe is due
	throttledProbes int       // since the limiter closed
}

type limiterState int

const (
	limiterOpen limiterState = iota
	limiterClosed
	limiterProbing
)

// feedback is what an attempt shows about the limit of the service.
type feedback int

const (
	inconclusive feedback = iota // nothing
	admitted                     // the rate is below the limit
	throttled                    // the rate is above the limit
)

// permit is the right to make one attempt.
type permit struct {
	issuedAt time.Time
	probe    bool
}

func newLimiter(now func() time.Time, jitter func(time.Duration) time.Duration, maxRate float64, maxInFlight int) *limiter {
	return &limiter{now: now, jitter: jitter, maxRate: maxRate, maxInFlight: maxInFlight}
}

// acquire waits for a permit, which must be given back with release. It fails at once with [ErrWaitTooLong] if the call is
// the first in the queue and its permit is due only after the deadline of the context.
func (l *limiter) acquire(ctx context.Context, w *waiter) (permit, error) {
	l.enqueue(w)
	for {
		issued, wait, err := l.tryAcquire(w)
		if err != nil || wait == 0 {
			return issued, err
		}
		if deadline, ok := ctx.Deadline(); ok && wait != untilNotified && time.Until(deadline) < wait {
			l.dequeue(w)
			return permit{}, ErrWaitTooLong
		}
		if err := w.sleep(ctx, wait); err != nil {
			l.dequeue(w)
			return permit{}, err
		}
	}
}

func (l *limiter) enqueue(w *waiter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue.add(w)
}

func (l *limiter) dequeue(w *waiter) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue.remove(w)
}

// tryAcquire takes the call out of the queue with a permit or an error. If it can give neither, it returns the time after
// which to try again; a notification of the waiter ends that time early.
func (l *limiter) tryAcquire(w *waiter) (issued permit, wait time.Duration, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if w.optional && l.state != limiterOpen {
		l.queue.remove(w)
		return permit{}, 0, ErrNotSent
	}
	full := l.maxInFlight > 0 && l.inFlight >= l.maxInFlight
	if !l.queue.isHead(w) || l.state == limiterProbing || full {
		return permit{}, untilNotified, nil
	}
	now := l.now()
	if wait := l.nextPermit(now).Sub(now); wait > 0 {
		return permit{}, wait, nil
	}
	l.queue.remove(w)
	return l.issue(now), 0, nil
}

// issue gives out a permit. That of a closed limiter is for a probe. The caller holds the lock.
func (l *limiter) issue(now time.Time) permit {
	issued := permit{issuedAt: now, probe: l.state == limiterClosed}
	if issued.probe {
		l.state = limiterProbing
	}
	l.lastPermit = now
	l.inFlight++
	return issued
}

// nextPermit returns when the next permit is due. The caller holds the lock.
func (l *limiter) nextPermit(now time.Time) time.Time {
	if l.state == limiterOpen {
		return l.lastPermit.Add(interval(l.currentRate(now)))
	}
	due := l.lastPermit.Add(interval(l.maxRate))
	if due.Before(l.probeAt) {
		return l.probeAt
	}
	return due
}

// currentRate returns the permits a second of an open limiter, 0 for no limit. The caller holds the lock.
func (l *limiter) currentRate(now time.Time) float64 {
	rate := l.rate.at(now)
	if l.maxRate > 0 && (rate == 0 || rate > l.maxRate) {
		return l.maxRate
	}
	return rate
}

// release gives a permit back, with what the attempt has shown. If that closes the limiter, begun is true, and wait is the
// time until the first probe.
func (l *limiter) release(p permit, f feedback, retryAfter time.Duration) (wait time.Duration, begun bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.queue.notifyHead()
	l.inFlight--
	now := l.now()
	switch {
	case p.probe:
		l.endProbe(now, f, retryAfter)
	case f == throttled && l.state == limiterOpen && !p.issuedAt.Before(l.rate.openedAt): // an older permit shows nothing new
		l.close(now, retryAfter)
		return l.probeAt.Sub(now), true
	case f == admitted:
		l.rate.countAdmitted(now)
	}
	return 0, false
}

// close changes the state from open to closed. The caller holds the lock.
func (l *limiter) close(now time.Time, retryAfter time.Duration) {
	l.state = limiterClosed
	l.closedAt = now
	l.throttledProbes = 0
	l.scheduleProbe(now, retryAfter)
	l.queue.notifyOptional()
}

// endProbe changes the state from probing to closed or open. The caller holds the lock.
func (l *limiter) endProbe(now time.Time, f feedback, retryAfter time.Duration) {
	switch f {
	case inconclusive:
		l.state = limiterClosed // the next probe is due already
	case throttled:
		l.state = limiterClosed
		l.throttledProbes++
		l.scheduleProbe(now, retryAfter)
	case admitted:
		l.open(now)
	}
}

// scheduleProbe sets when the next probe is due, after an attempt was throttled. The caller holds the lock.
func (l *limiter) scheduleProbe(now time.Time, retryAfter time.Duration) {
	l.throttledAt = now
	l.probeAt = now.Add(max(retryAfter, l.probeBackoff()))
}

// open changes the state to open, after a probe was admitted. The caller holds the lock.
func (l *limiter) open(now time.Time) {
	l.state = limiterOpen
	l.rate.reset(now, l.closedAt, l.throttledAt)
	if l.rate.base > 0 {
		l.lastPermit = now // the next call keeps its distance from the response to the probe
	}
	l.rate.countAdmitted(now)
}

// probeBackoff returns the wait before the next probe: exponential, half of it fixed and half of it random.
func (l *limiter) probeBackoff() time.Duration {
	limit := maxProbeBackoff
	if l.throttledProbes < 5 {
		limit = min(firstProbeBackoff<<l.throttledProbes, maxProbeBackoff)
	}
	return limit/2 + l.jitter(limit/2)
}

// explain adds [ErrWaitTooLong] to a wait that ended with its deadline, if the service throttles: that is why no attempt
// was made in time.
func (l *limiter) explain(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state == limiterOpen || !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return errors.Join(ErrWaitTooLong, err)
}
