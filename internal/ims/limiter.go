package ims

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"
)

// untilTold is a wait that ends when the limiter says so.
const untilTold time.Duration = math.MaxInt64

const (
	firstProbe   = time.Second      // after the service has begun to throttle
	longestProbe = 30 * time.Second // between two probes
)

// ErrNotSent says that an optional call was not sent: it waits neither for a service that throttles nor for one that has
// not accepted the credentials.
var ErrNotSent = errors.New("not sent, because the service limits the rate of calls at the moment")

// limiter gives permits to the attempts of all calls of a client, one after the other in the order the calls came, at the
// pace that the service takes. It is in one of three states:
//
//   - open: permits are given at the pace, one each 1/pace. At first there is no pace, and everybody gets one at once. The
//     first attempt that is throttled closes the limiter.
//   - closed: nobody gets a permit until a backoff is over, or what the service asks for in Retry-After if that is longer.
//     Then the head of the queue gets a permit for a probe.
//   - probing: nobody gets a permit until the probe is answered. If it is throttled, the limiter closes again, and the
//     backoff doubles (exponential, with jitter, 30 s at most). If the service took it, the limiter opens.
//
// The pace follows the service by AIMD (additive increase, multiplicative decrease). When the limiter opens,
//
//	pace(t) = 0.9 · seen · (1 + 0.02·t + (t/rush)³)
//
// where t is the time since then in seconds, and seen is the highest rate at which the service took calls over any window
// that ended with the throttling. The linear term is the additive increase; the cubic one, as in the congestion control of
// the same name, soon corrects a rate that was seen over few calls: rush is one second for each of them, five at least.
// That fits a limit of calls a second as well as one of calls in windows of minutes, of which the service says nothing.
//
// Optional calls come last, are never a probe, and do not wait while the limiter is not open; that the service throttles
// them says nothing of the other calls.
type limiter struct {
	now        func() time.Time
	jitter     func(time.Duration) time.Duration
	most       float64 // calls a second; 0 for no limit of one's own
	concurrent int     // calls on their way; 0 for no limit of one's own

	mu      sync.Mutex
	queue   queue
	pace    pace
	flying  int       // calls on their way
	last    time.Time // when the last permit was given
	closed  time.Time // when the service began to throttle; zero while the limiter is open
	refused time.Time // when the service last throttled a call
	probeAt time.Time
	probes  int  // since the limiter closed that were throttled
	probing bool // a probe is on its way
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
	probe bool
}

func newLimiter(now func() time.Time, jitter func(time.Duration) time.Duration, perSecond float64, concurrent int) *limiter {
	return &limiter{now: now, jitter: jitter, most: perSecond, concurrent: concurrent}
}

// acquire waits until it is the call's turn to make an attempt. It does not wait for what would come after the context's
// deadline.
func (l *limiter) acquire(ctx context.Context, p *place) (permit, error) {
	l.mu.Lock()
	l.queue.join(p)
	l.mu.Unlock()
	for {
		given, wait, err := l.ask(p)
		if err != nil || wait == 0 {
			return given, err
		}
		if deadline, ok := ctx.Deadline(); ok && wait != untilTold && time.Until(deadline) < wait {
			l.quit(p)
			return permit{}, ErrWaitTooLong
		}
		if err := p.rest(ctx, wait); err != nil {
			l.quit(p)
			return permit{}, err
		}
	}
}

// rest waits until the time is over or the call is told to look again.
func (p *place) rest(ctx context.Context, wait time.Duration) error {
	var over <-chan time.Time
	if wait != untilTold {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
	case <-p.wake:
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}

func (l *limiter) quit(p *place) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue.leave(p)
}

// ask takes the call out of the queue with a permit or an error, or returns how long to wait before asking again, unless
// the call is told before.
func (l *limiter) ask(p *place) (permit, time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	closed := !l.closed.IsZero()
	if closed && p.optional {
		l.queue.leave(p)
		return permit{}, 0, ErrNotSent
	}
	if !l.queue.isHead(p) || l.probing || l.concurrent > 0 && l.flying >= l.concurrent {
		return permit{}, untilTold, nil
	}
	now := l.now()
	if wait := l.next(now).Sub(now); wait > 0 {
		return permit{}, wait, nil
	}
	l.last, l.probing = now, closed
	l.flying++
	l.queue.leave(p)
	return permit{at: now, probe: closed}, 0, nil
}

// next returns when the next permit is due.
func (l *limiter) next(now time.Time) time.Time {
	if l.closed.IsZero() {
		return l.last.Add(interval(l.allowed(now)))
	}
	due := l.last.Add(interval(l.most))
	if due.Before(l.probeAt) {
		return l.probeAt
	}
	return due
}

// allowed returns how many calls a second may be made, 0 for as many as come.
func (l *limiter) allowed(now time.Time) float64 {
	pace := l.pace.at(now)
	if l.most > 0 && (pace == 0 || pace > l.most) {
		return l.most
	}
	return pace
}

// release takes a permit back with what came of the attempt. If the service has begun to throttle, it returns how long
// all calls wait at the least.
func (l *limiter) release(p permit, o outcome, retryAfter time.Duration) (wait time.Duration, begun bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.queue.tellHead()
	l.flying--
	now := l.now()
	switch {
	case p.probe:
		l.endProbe(now, o, retryAfter)
	case o == throttled && l.closed.IsZero() && !p.at.Before(l.pace.opened): // an older one says nothing of now
		l.closed, l.probes = now, 0
		l.close(now, retryAfter)
		l.queue.tellOptional()
		return l.probeAt.Sub(now), true
	case o == taken:
		l.pace.count(now)
	}
	return 0, false
}

// close sets when the next probe is due.
func (l *limiter) close(now time.Time, retryAfter time.Duration) {
	l.refused = now
	l.probeAt = now.Add(max(retryAfter, l.backoff()))
}

func (l *limiter) endProbe(now time.Time, o outcome, retryAfter time.Duration) {
	l.probing = false
	switch o {
	case unanswered: // the next one may be sent at once
	case throttled:
		l.probes++
		l.close(now, retryAfter)
	case taken:
		l.pace.reopen(now, l.closed, l.refused)
		if l.pace.start > 0 {
			l.last = now
		}
		l.closed = time.Time{}
		l.pace.count(now)
	}
}

// backoff returns the wait before the next probe: it doubles, and half of it is random.
func (l *limiter) backoff() time.Duration {
	limit := longestProbe
	if l.probes < 5 {
		limit = min(firstProbe<<l.probes, longestProbe)
	}
	return limit/2 + l.jitter(limit/2)
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
