package ims

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	firstProbe   = time.Second      // after the service has begun to throttle
	longestProbe = 30 * time.Second // between two probes
	paceMargin   = 0.9              // of the pace that the service was seen to take
	paceGrowth   = 0.02             // of that pace, a second
	longestView  = 600              // seconds that are looked back over: two of the longest windows
)

// limiter lets all calls of a client go at the pace that the service takes. Until the service throttles that is as fast
// as they come. Then all of them wait, but for one at a time that tries whether the service takes calls again; once it
// does, they go at a little less than the pace it has taken since it last began, and slowly faster from there. That
// fits a limit a second as well as windows of minutes, of which the service says nothing.
type limiter struct {
	now    func() time.Time
	jitter func(time.Duration) time.Duration
	most   float64       // calls a second; 0 for no limit of one's own
	slots  chan struct{} // holds an element for each call on its way; nil for no limit of one's own

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced when those who wait should look again
	pace     float64       // calls a second; 0 for as fast as they come
	step     float64       // by which the pace grows a second
	grown    time.Time     // when it last grew
	next     time.Time     // when the next call may be made
	closed   time.Time     // when the service began to throttle; zero while it does not
	refused  time.Time     // when it last refused a call
	probeAt  time.Time
	probes   int
	probing  bool
	accepted []second // since the service last began to take calls
}

// second holds the calls that the service took in a second.
type second struct {
	began time.Time
	calls int
}

// outcome is what an attempt says about the limit.
type outcome int

const (
	unanswered outcome = iota // nothing
	taken                     // the service takes calls
	throttled                 // it does not
)

// permit is the right to make one attempt.
type permit struct {
	probe bool // to try whether the service takes calls again
}

func newLimiter(now func() time.Time, jitter func(time.Duration) time.Duration, perSecond float64, concurrent int) *limiter {
	l := &limiter{now: now, jitter: jitter, most: perSecond, changed: make(chan struct{})}
	if concurrent > 0 {
		l.slots = make(chan struct{}, concurrent)
	}
	return l
}

// acquire waits until an attempt may be made. It does not wait for what would come after the context's deadline.
func (l *limiter) acquire(ctx context.Context) (permit, error) {
	if l.slots != nil {
		select {
		case l.slots <- struct{}{}:
		case <-ctx.Done():
			return permit{}, ctx.Err()
		}
	}
	p, err := l.turn(ctx)
	if err != nil {
		l.leave()
	}
	return p, err
}

func (l *limiter) leave() {
	if l.slots != nil {
		<-l.slots
	}
}

func (l *limiter) turn(ctx context.Context) (permit, error) {
	for {
		p, wait, changed := l.ask()
		if wait == 0 {
			return p, nil
		}
		if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < wait {
			return permit{}, errWaitTooLong
		}
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-changed:
		case <-ctx.Done():
			timer.Stop()
			return permit{}, ctx.Err()
		}
		timer.Stop()
	}
}

// ask returns a permit, or how long to wait before asking again unless something changes first.
func (l *limiter) ask() (permit, time.Duration, <-chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	if !l.closed.IsZero() {
		if l.probing {
			return permit{}, attemptTimeout, l.changed // the probe ends before that
		}
		if wait := l.probeAt.Sub(now); wait > 0 {
			return permit{}, wait, l.changed
		}
		l.probing = true
		return permit{probe: true}, 0, nil
	}
	pace := l.effectivePace()
	if pace == 0 {
		return permit{}, 0, nil
	}
	if wait := l.next.Sub(now); wait > 0 {
		return permit{}, wait, l.changed
	}
	l.next = now.Add(time.Duration(float64(time.Second) / pace))
	return permit{}, 0, nil
}

func (l *limiter) effectivePace() float64 {
	if l.most > 0 && (l.pace == 0 || l.pace > l.most) {
		return l.most
	}
	return l.pace
}

// release takes a permit back with what came of the attempt. If the service has begun to throttle, it returns how long
// all calls wait at the least.
func (l *limiter) release(p permit, o outcome, retryAfter time.Duration) (wait time.Duration, begun bool) {
	defer l.leave()
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	switch {
	case p.probe:
		l.endProbe(now, o, retryAfter)
	case o == throttled && l.closed.IsZero():
		l.closed, l.refused, l.probes = now, now, 0
		l.probeAt = now.Add(max(retryAfter, l.delay()))
		l.notify()
		return l.probeAt.Sub(now), true
	case o == taken:
		l.count(now)
		l.grow(now)
	}
	return 0, false
}

func (l *limiter) endProbe(now time.Time, o outcome, retryAfter time.Duration) {
	defer l.notify()
	l.probing = false
	if o != taken {
		l.probes++
		l.refused = now
		l.probeAt = now.Add(max(retryAfter, l.delay()))
		return
	}
	l.pace = max(paceMargin*l.seen(now), 1/longestProbe.Seconds())
	l.step, l.grown = l.pace*paceGrowth, now
	l.next = now.Add(time.Duration(float64(time.Second) / l.pace))
	l.closed, l.accepted = time.Time{}, nil
	l.count(now)
}

// count remembers a call that the service took.
func (l *limiter) count(now time.Time) {
	last := len(l.accepted) - 1
	if last >= 0 && now.Sub(l.accepted[last].began) < time.Second {
		l.accepted[last].calls++
		return
	}
	l.accepted = append(l.accepted, second{began: now, calls: 1})
	if len(l.accepted) > longestView {
		l.accepted = l.accepted[1:]
	}
}

// seen returns the pace that the service takes, when it takes calls again: the highest over any time that ended with
// the throttling, because before that there may have been little to do. It ended between the last refusal and now.
func (l *limiter) seen(now time.Time) float64 {
	ended := l.refused.Add(now.Sub(l.refused) / 2)
	highest, calls := 0.0, 0
	for _, s := range slices.Backward(l.accepted) {
		calls += s.calls
		took := max(ended.Sub(s.began), ended.Sub(l.closed))
		highest = max(highest, float64(calls)/took.Seconds())
	}
	return highest
}

func (l *limiter) grow(now time.Time) {
	if l.pace == 0 {
		return
	}
	l.pace += l.step * now.Sub(l.grown).Seconds()
	l.grown = now
}

// delay returns the wait before the next probe: it doubles, and half of it is random.
func (l *limiter) delay() time.Duration {
	limit := longestProbe
	if l.probes < 5 {
		limit = min(firstProbe<<l.probes, longestProbe)
	}
	return limit/2 + l.jitter(limit/2)
}

// notify makes all who wait look again. The caller holds the lock.
func (l *limiter) notify() {
	close(l.changed)
	l.changed = make(chan struct{})
}
