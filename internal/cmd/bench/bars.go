package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// What the provider may take, against one that does nothing.
const (
	mostPlan    = 1.08 // of the time
	mostApply   = 1.08
	mostDestroy = 1.10
	mostStart   = 1.3
	mostSize    = 1.35
	mostMemory  = 1.3

	// mostAdded is how much longer a step may take than its calls do when ten are always on their way, which is how many
	// Terraform makes at a time.
	mostAdded   = 1.2
	parallelism = 10
)

// bar is something that was measured, and what it may be.
type bar struct {
	what string
	met  bool
}

func atMost(what string, got, most float64) bar {
	return bar{fmt.Sprintf("%s: %.2f, at most %.2f", what, got, most), got <= most}
}

func atMostCalls(what string, got, most int) bar {
	return bar{fmt.Sprintf("%s: %d, at most %d", what, got, most), got <= most}
}

func exactly(what string, got, want int) bar {
	return bar{fmt.Sprintf("%s: %d, exactly %d", what, got, want), got == want}
}

// bars holds what was measured against what it may be.
func (r *results) bars() []bar {
	near, far := r.samples[setting{r.tags, 0}], r.samples[setting{r.tags, r.far}]
	all := []bar{
		exactly("apply, tags written", calls(near[apply.name], imstest.WriteTag), r.tags),
		atMostCalls("apply, other calls", others(near[apply.name], imstest.WriteTag), images(r.tags)),
		atMostCalls("plan, calls", calls(near[plan.name]), images(r.tags)),
		atMostCalls(singlePlan.name+", calls", calls(near[singlePlan.name]), images(r.tags)),
		exactly("destroy, tags deleted", calls(near[destroy.name], imstest.DeleteTag), r.tags),
		atMostCalls("destroy, other calls", others(near[destroy.name], imstest.DeleteTag), images(r.tags)),
	}
	for _, s := range steps {
		for _, to := range []system{floor, quiet} {
			all = append(all, atMost(fmt.Sprintf("%s, times the time of the %s", s.name, to), wallRatio(near[s.name], to), s.most))
		}
		all = append(all, r.addedBar(s, far[s.name]))
	}
	return append(all,
		atMost("start, times that of the floor", ratio(r.ours.start, r.floor.start), mostStart),
		atMost("size, times that of the floor", ratio(r.ours.size, r.floor.size), mostSize),
		atMost("memory, times that of the floor", ratio(r.ours.memory, r.floor.memory), mostMemory),
	)
}

// addedBar holds what a step adds to the floor against what its calls take.
func (r *results) addedBar(s step, trials []trial) bar {
	most := time.Duration(mostAdded * float64(calls(trials)) * float64(r.far) / parallelism)
	got := added(trials)
	return bar{fmt.Sprintf("%s at %s, time added: %s, at most %s", s.name, r.far, milliseconds(got), milliseconds(most)), got <= most}
}

func ratio[N int64 | time.Duration](ours, floor N) float64 { return float64(ours) / float64(floor) }

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f ms", 1000*d.Seconds()) }

func (r *results) met() bool {
	for _, b := range r.bars() {
		if !b.met {
			return false
		}
	}
	return true
}

// verdicts is a line a bar.
func (r *results) verdicts() string {
	var text strings.Builder
	for _, b := range r.bars() {
		verdict := "met   "
		if !b.met {
			verdict = "MISSED"
		}
		fmt.Fprintf(&text, "%s  %s\n", verdict, b.what)
	}
	return text.String()
}
