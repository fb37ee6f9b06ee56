package ims

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"
)

// untilChanged is a wait whose end is not known.
const untilChanged time.Duration = math.MaxInt64

const (
	firstProbe   = time.Second      // after the service has begun to throttle
	longestProbe = 30 * time.Second // between two probes
	paceMargin   = 0.9              // of the pace that the service was seen to take
	paceGrowth   = 0.02             // of that pace, a second
	shortestRush = 5 * time.Second  // in which the pace doubles
	longestView  = 600              // seconds that are looked back over: two of the longest windows
)

// limiter lets all calls of a client go at the pace that the service takes. Until the service throttles that is as fast
// as they come. Then all of them wait, but for one at a time that tries whether the service takes calls again; once it
// does, they go at a little less than the pace it has taken since it last began, and slowly faster from there; the fewer
// calls that pace was seen over, the sooner they go much faster. That fits a limit a second as well as windows of
// minutes, of which the service says nothing.
type limiter struct {
	now    func() time.Time
	jitter func(time.Duration) time.Duration
	most   float64       // calls a second; 0 for no limit of one's own
	slots  chan struct{} // holds an element for each call on its way; nil for no limit of one's own

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced when those who wait should look again
	pace     float64       // calls a second when the service last began to take calls; 0 for as fast as they come
	opened   time.Time     // when that was
	rush     time.Duration // from then on, in which the pace doubles, besides its slow growth; by the cube of the time
	last     time.Time     // when the last call was let through
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
	at    time.Time // when it was given
	probe bool      // to try whether the service takes calls again
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
		if deadline, ok := ctx.Deadline(); ok && wait != untilChanged && time.Until(deadline) < wait {
			return permit{}, ErrWaitTooLong
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
	closed := !l.closed.IsZero()
	if closed && l.probing {
		return permit{}, untilChanged, l.changed
	}
	wait := l.last.Add(interval(l.paceAt(now))).Sub(now)
	if closed {
		wait = max(l.probeAt.Sub(now), l.last.Add(interval(l.most)).Sub(now))
	}
	if wait > 0 {
		return permit{}, wait, l.changed
	}
	l.last, l.probing = now, closed
	return permit{at: now, probe: closed}, 0, nil
}

// interval is the time between two calls at a pace, none for as many as come.
func interval(pace float64) time.Duration {
	if pace == 0 {
		return 0
	}
	return time.Duration(float64(time.Second) / pace)
}

// paceAt returns how many calls a second may be made, 0 for as many as come.
func (l *limiter) paceAt(now time.Time) float64 {
	pace := l.pace
	if pace > 0 {
		open := now.Sub(l.opened).Seconds()
		pace *= 1 + paceGrowth*open + math.Pow(open/l.rush.Seconds(), 3)
	}
	if l.most > 0 && (pace == 0 || pace > l.most) {
		return l.most
	}
	return pace
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
	case o == throttled && l.closed.IsZero() && !p.at.Before(l.opened): // an older one says nothing of now
		l.closed, l.refused, l.probes = now, now, 0
		l.probeAt = now.Add(max(retryAfter, l.delay()))
		l.notify()
		return l.probeAt.Sub(now), true
	case o == taken:
		l.count(now)
	}
	return 0, false
}

func (l *limiter) endProbe(now time.Time, o outcome, retryAfter time.Duration) {
	defer l.notify()
	l.probing = false
	switch o {
	case unanswered: // the next one may try at once
	case throttled:
		l.probes++
		l.refused = now
		l.probeAt = now.Add(max(retryAfter, l.delay()))
	case taken:
		l.open(now)
	}
}

// open lets calls go at the pace that was seen. If none was, they go as fast as they come, until it can be seen.
func (l *limiter) open(now time.Time) {
	pace, calls := l.seen(now)
	l.pace, l.opened = 0, now
	l.rush = max(shortestRush, time.Duration(calls)*time.Second)
	if calls > 0 {
		l.pace = max(paceMargin*pace, 1/longestProbe.Seconds())
		l.last = now
	}
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

// seen returns the pace that the service takes, when it takes calls again, and over how many calls it was seen. The pace
// is the highest over any time that ended with the throttling, because before that there may have been little to do. It
// ended between the last refusal and now.
func (l *limiter) seen(now time.Time) (pace float64, calls int) {
	ended := l.refused.Add(now.Sub(l.refused) / 2)
	for _, s := range slices.Backward(l.accepted) {
		calls += s.calls
		took := max(ended.Sub(s.began), ended.Sub(l.closed))
		pace = max(pace, float64(calls)/took.Seconds())
	}
	return pace, calls
}

// explain adds to the end of a wait that the service throttles, if it does: then that is why there was no call in time.
func (l *limiter) explain(err error) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed.IsZero() || !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return errors.Join(ErrWaitTooLong, err)
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
