package ims

import (
	"math"
	"slices"
	"time"
)

const (
	paceMargin   = 0.9             // of the pace that the service was seen to take
	paceGrowth   = 0.02            // of the pace, a second
	shortestRush = 5 * time.Second // in which the pace doubles
	longestView  = 600             // seconds with calls that are looked back over
)

// pace is how fast calls may go, and what has been seen of how fast the service takes them.
type pace struct {
	start    float64       // calls a second when the limiter last opened; 0 for as fast as they come
	opened   time.Time     // when that was
	rush     time.Duration // from then on, in which the pace doubles, besides its slow growth
	accepted []second      // calls that the service took since then
}

// second holds the calls that the service took in a second.
type second struct {
	began time.Time
	calls int
}

// at returns how many calls a second may be made, 0 for as many as come.
func (p *pace) at(now time.Time) float64 {
	open := now.Sub(p.opened).Seconds()
	if p.start == 0 {
		return 0
	}
	return p.start * (1 + paceGrowth*open + math.Pow(open/p.rush.Seconds(), 3))
}

// reopen sets the pace for a service that takes calls again, from what was seen of it. It throttled from closed on, and
// refused the last call at refused. If it took no call before that, calls go as fast as they come until more is seen.
func (p *pace) reopen(now, closed, refused time.Time) {
	seen, calls := p.seen(now, closed, refused)
	p.start, p.opened, p.accepted = 0, now, nil
	p.rush = max(shortestRush, time.Duration(calls)*time.Second)
	if calls > 0 {
		p.start = max(paceMargin*seen, 1/longestProbe.Seconds())
	}
}

// seen returns the pace that the service takes, and over how many calls it was seen. The pace is the highest over any
// time that ended with the throttling, because before that there may have been little to do. The throttling ended between
// the last refusal and now.
func (p *pace) seen(now, closed, refused time.Time) (pace float64, calls int) {
	ended := refused.Add(now.Sub(refused) / 2)
	for _, s := range slices.Backward(p.accepted) {
		calls += s.calls
		took := max(ended.Sub(s.began), ended.Sub(closed))
		pace = max(pace, float64(calls)/took.Seconds())
	}
	return pace, calls
}

// count remembers a call that the service took.
func (p *pace) count(now time.Time) {
	last := len(p.accepted) - 1
	if last >= 0 && now.Sub(p.accepted[last].began) < time.Second {
		p.accepted[last].calls++
		return
	}
	p.accepted = append(p.accepted, second{began: now, calls: 1})
	if len(p.accepted) > longestView {
		p.accepted = p.accepted[1:]
	}
}

// interval is the time between two calls at so many calls a second, none for as many as come.
func interval(perSecond float64) time.Duration {
	if perSecond == 0 {
		return 0
	}
	return time.Duration(float64(time.Second) / perSecond)
}
