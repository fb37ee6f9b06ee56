package ims

import (
	"math"
	"testing"
	"time"
)

// seenPace is a pace of a service that took calls in the given seconds, began to throttle after closed seconds, refused
// its last call after refused seconds, and took a call again after now seconds.
func seenPace(calls map[int]int, closed, refused, now int) *adaptiveRate {
	begun := time.Unix(0, 0)
	at := func(s int) time.Time { return begun.Add(time.Duration(s) * time.Second) }
	p := &adaptiveRate{}
	for s := range now {
		for range calls[s] {
			p.countAdmitted(at(s))
		}
	}
	p.reset(at(now), at(closed), at(refused))
	return p
}

func TestThePaceThatWasSeen(t *testing.T) {
	t.Parallel()
	steady := func(seconds, each int) map[int]int {
		calls := make(map[int]int)
		for s := range seconds {
			calls[s] = each
		}
		return calls
	}
	cases := map[string]struct {
		calls                map[int]int
		closed, refused, now int
		start                float64
		rush                 time.Duration
	}{
		"none":                              {nil, 1, 1, 2, 0, 5 * time.Second},
		"ten a second for 20 seconds":       {steady(20, 10), 20, 20, 20, 0.9 * 10, 200 * time.Second},
		"a burst and then a stop":           {map[int]int{0: 200}, 1, 299, 301, 0.9 * 200 / 300, 200 * time.Second},
		"the burst at the end counts":       {map[int]int{0: 1, 90: 50}, 100, 100, 100, 0.9 * 50 / 10, 51 * time.Second},
		"few calls let it rush":             {map[int]int{0: 2}, 10, 10, 10, 0.9 * 2 / 10, 5 * time.Second},
		"six calls rush in six seconds":     {map[int]int{0: 6}, 10, 10, 10, 0.9 * 6 / 10, 6 * time.Second},
		"no less than a call a half-minute": {map[int]int{0: 1}, 1, 399, 401, 1.0 / 30, 5 * time.Second},
		"calls that were on their way":      {map[int]int{3: 10}, 2, 2, 6, 0.9 * 10 / 2, 10 * time.Second},
		"it ended half-way between":         {map[int]int{0: 30}, 1, 10, 20, 0.9 * 30 / 15, 30 * time.Second},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := seenPace(c.calls, c.closed, c.refused, c.now)
			if math.Abs(p.base-c.start) > 1e-9 || p.window != c.rush || len(p.buckets) > 0 {
				t.Errorf("%d calls are left; it starts at %g and rushes in %s, want %g and %s", len(p.buckets), p.base, p.window, c.start, c.rush)
			}
		})
	}
}

// pace(t) = 0.9 · seen · (1 + 0.02·t + (t/rush)³)
func TestThePaceGrowsByItsFormula(t *testing.T) {
	t.Parallel()
	opened := time.Unix(1000, 0)
	p := adaptiveRate{base: 2, openedAt: opened, window: 100 * time.Second}
	for after, want := range map[time.Duration]float64{
		0:                 2,
		10 * time.Second:  2 * (1 + 0.2 + 0.001),
		50 * time.Second:  2 * (1 + 1 + 0.125),
		100 * time.Second: 2 * (1 + 2 + 1),
	} {
		if got := p.at(opened.Add(after)); math.Abs(got-want) > 1e-9 {
			t.Errorf("after %s it is %g, want %g", after, got, want)
		}
	}
	if got := (&adaptiveRate{openedAt: opened, window: time.Second}).at(opened.Add(time.Hour)); got != 0 {
		t.Errorf("without a pace it is %g", got)
	}
}

// What is longer ago than 600 seconds with calls is forgotten.
func TestThePaceLooksBackOnlySoFar(t *testing.T) {
	t.Parallel()
	for after, forgotten := range map[int]bool{599: false, 600: true} {
		calls := map[int]int{0: 100_000}
		for s := range after {
			calls[1+s] = 1
		}
		p := seenPace(calls, 1+after, 1+after, 1+after)
		if slow := p.base < 2; slow != forgotten {
			t.Errorf("with %d seconds after a burst the pace is %g", after, p.base)
		}
	}
}

func TestCallsOfASecondAreCountedTogether(t *testing.T) {
	t.Parallel()
	p := &adaptiveRate{}
	begun := time.Unix(0, 0)
	for _, after := range []time.Duration{0, 999 * time.Millisecond, time.Second, 1500 * time.Millisecond, 2500 * time.Millisecond} {
		p.countAdmitted(begun.Add(after))
	}
	if len(p.buckets) != 3 || p.buckets[0].calls != 2 || p.buckets[1].calls != 2 || p.buckets[2].calls != 1 {
		t.Errorf("the seconds are %v", p.buckets)
	}
}
