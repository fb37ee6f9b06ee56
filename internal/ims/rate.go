// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"math"
	"slices"
	"time"
)

const (
	decrease   = 0.9             // the multiplicative decrease: the part of the measured rate to start from
	increase   = 0.02            // the additive increase: the part of the base rate to add a second
	minWindow  = 5 * time.Second // the shortest growth window
	maxBuckets = 600             // the number of buckets to measure over
)

// adaptiveRate is the rate at which an open [limiter] issues permits. It follows the service by AIMD with a cubic term, as
// CUBIC congestion control does. t seconds after the limiter opened, in permits a second,
//
//	rate(t) = base · (1 + 0.02·t + (t/window)³)
//	base    = 0.9 · measured
//
// measured is the highest rate of admitted calls over any period that ended when the service stopped throttling. It can be
// far too low when it was measured over a few calls. The cubic term corrects that: after one growth window it has added
// the base rate once more, and the window is one second for each call that was measured, but at least five. This fits a
// limit on calls a second as well as one on calls in several minutes; the service does not say which one it has.
type adaptiveRate struct {
	base     float64       // permits a second when the limiter opened; 0 for no limit
	openedAt time.Time     // when the limiter opened
	window   time.Duration // the growth window
	buckets  []bucket      // the calls that were admitted since the limiter opened
}

// bucket counts the calls that were admitted in one second.
type bucket struct {
	start time.Time
	calls int
}

// at returns the rate in permits a second, 0 for no limit.
func (r *adaptiveRate) at(now time.Time) float64 {
	t := now.Sub(r.openedAt).Seconds()
	if r.base == 0 {
		return 0
	}
	return r.base * (1 + increase*t + math.Pow(t/r.window.Seconds(), 3))
}

// reset sets the base rate of a limiter that opens, from the calls that were admitted before it closed. If there were none,
// there is no limit until the service throttles again. throttledAt is when the last attempt was throttled.
func (r *adaptiveRate) reset(now, closedAt, throttledAt time.Time) {
	measured, calls := r.measure(now, closedAt, throttledAt)
	r.base, r.openedAt, r.buckets = 0, now, nil
	r.window = max(minWindow, time.Duration(calls)*time.Second)
	if calls > 0 {
		r.base = max(decrease*measured, 1/maxProbeBackoff.Seconds())
	}
}

// measure returns the highest rate of admitted calls over any period that ended when the service stopped throttling, and
// how many calls were admitted in all. A long period alone would not do, because there may have been little to send. The
// service stopped at some time between the last throttled attempt and now: half-way is assumed.
func (r *adaptiveRate) measure(now, closedAt, throttledAt time.Time) (rate float64, calls int) {
	end := throttledAt.Add(now.Sub(throttledAt) / 2)
	for _, b := range slices.Backward(r.buckets) {
		calls += b.calls
		period := max(end.Sub(b.start), end.Sub(closedAt))
		rate = max(rate, float64(calls)/period.Seconds())
	}
	return rate, calls
}

// countAdmitted records a call that the service admitted.
func (r *adaptiveRate) countAdmitted(now time.Time) {
	newest := len(r.buckets) - 1
	if newest >= 0 && now.Sub(r.buckets[newest].start) < time.Second {
		r.buckets[newest].calls++
		return
	}
	r.buckets = append(r.buckets, bucket{start: now, calls: 1})
	if len(r.buckets) > maxBuckets {
		r.buckets = r.buckets[1:]
	}
}

// interval returns the time between two permits at a rate in permits a second, 0 for no limit.
func interval(rate float64) time.Duration {
	if rate == 0 {
		return 0
	}
	return time.Duration(float64(time.Second) / rate)
}
