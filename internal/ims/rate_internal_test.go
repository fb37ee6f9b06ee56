// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"math"
	"testing"
	"time"
)

// measuredRate returns the rate of a limiter that opened after openedAt seconds. calls is the number of admitted calls in
// each second; the limiter closed after closedAt seconds, and the last attempt was throttled after throttledAt seconds.
func measuredRate(calls map[int]int, closedAt, throttledAt, openedAt int) *adaptiveRate {
	begun := time.Unix(0, 0)
	at := func(s int) time.Time { return begun.Add(time.Duration(s) * time.Second) }
	r := &adaptiveRate{}
	for s := range openedAt {
		for range calls[s] {
			r.countAdmitted(at(s))
		}
	}
	r.reset(at(openedAt), at(closedAt), at(throttledAt))
	return r
}

func TestMeasuredRate(t *testing.T) {
	t.Parallel()
	steady := func(seconds, each int) map[int]int {
		calls := make(map[int]int)
		for s := range seconds {
			calls[s] = each
		}
		return calls
	}
	cases := map[string]struct {
		calls                           map[int]int
		closedAt, throttledAt, openedAt int
		base                            float64
		window                          time.Duration
	}{
		"no calls":                           {nil, 1, 1, 2, 0, 5 * time.Second},
		"ten a second for 20 seconds":        {steady(20, 10), 20, 20, 20, 0.9 * 10, 200 * time.Second},
		"a burst and then a stop":            {map[int]int{0: 200}, 1, 299, 301, 0.9 * 200 / 300, 200 * time.Second},
		"a burst at the end":                 {map[int]int{0: 1, 90: 50}, 100, 100, 100, 0.9 * 50 / 10, 51 * time.Second},
		"few calls have the shortest window": {map[int]int{0: 2}, 10, 10, 10, 0.9 * 2 / 10, 5 * time.Second},
		"six calls have a window of six":     {map[int]int{0: 6}, 10, 10, 10, 0.9 * 6 / 10, 6 * time.Second},
		"at least one call in 30 seconds":    {map[int]int{0: 1}, 1, 399, 401, 1.0 / 30, 5 * time.Second},
		"calls admitted after it closed":     {map[int]int{3: 10}, 2, 2, 6, 0.9 * 10 / 2, 10 * time.Second},
		"throttling ended half-way between":  {map[int]int{0: 30}, 1, 10, 20, 0.9 * 30 / 15, 30 * time.Second},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := measuredRate(c.calls, c.closedAt, c.throttledAt, c.openedAt)
			if math.Abs(r.base-c.base) > 1e-9 || r.window != c.window || len(r.buckets) > 0 {
				t.Errorf("%d buckets are left; the base rate is %g and the window %s, want %g and %s", len(r.buckets), r.base, r.window, c.base, c.window)
			}
		})
	}
}

// rate(t) = base · (1 + 0.02·t + (t/window)³)
func TestRateGrowsByItsFormula(t *testing.T) {
	t.Parallel()
	openedAt := time.Unix(1000, 0)
	r := adaptiveRate{base: 2, openedAt: openedAt, window: 100 * time.Second}
	for after, want := range map[time.Duration]float64{
		0:                 2,
		10 * time.Second:  2 * (1 + 0.2 + 0.001),
		50 * time.Second:  2 * (1 + 1 + 0.125),
		100 * time.Second: 2 * (1 + 2 + 1),
	} {
		if got := r.at(openedAt.Add(after)); math.Abs(got-want) > 1e-9 {
			t.Errorf("after %s the rate is %g, want %g", after, got, want)
		}
	}
	if got := (&adaptiveRate{openedAt: openedAt, window: time.Second}).at(openedAt.Add(time.Hour)); got != 0 {
		t.Errorf("without a base the rate is %g", got)
	}
}

// The rate is measured over the last 600 seconds with calls.
func TestMeasuredRateForgetsOldBuckets(t *testing.T) {
	t.Parallel()
	for after, forgotten := range map[int]bool{599: false, 600: true} {
		calls := map[int]int{0: 100_000}
		for s := range after {
			calls[1+s] = 1
		}
		r := measuredRate(calls, 1+after, 1+after, 1+after)
		if slow := r.base < 2; slow != forgotten {
			t.Errorf("with %d seconds after a burst the base rate is %g", after, r.base)
		}
	}
}

func TestBucketHoldsTheCallsOfOneSecond(t *testing.T) {
	t.Parallel()
	r := &adaptiveRate{}
	begun := time.Unix(0, 0)
	for _, after := range []time.Duration{0, 999 * time.Millisecond, time.Second, 1500 * time.Millisecond, 2500 * time.Millisecond} {
		r.countAdmitted(begun.Add(after))
	}
	if len(r.buckets) != 3 || r.buckets[0].calls != 2 || r.buckets[1].calls != 2 || r.buckets[2].calls != 1 {
		t.Errorf("the buckets are %v", r.buckets)
	}
}
