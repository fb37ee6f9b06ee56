package main

import (
	"fmt"
	"strings"
)

const (
	// mostAdded is how much longer a step may take than its calls do when ten of them are always in progress, which is how
	// many Terraform makes at a time.
	mostAdded   = 1.2
	parallelism = 10
)

// limit is something that was measured, and whether it is what it may be.
type limit struct {
	text string
	kept bool
}

func exactly(what string, got, want int) limit {
	return limit{fmt.Sprintf("%s: %d, exactly %d", what, got, want), got == want}
}

// atMost compares a number that is printed in a format.
func atMost(what, format string, got, most float64) limit {
	return limit{fmt.Sprintf("%s: "+format+", at most "+format, what, got, most), got <= most}
}

func (r *results) limits() []limit {
	var all []limit
	for _, s := range steps {
		near, distant := r.samples[setting{r.tags, 0}][s.name], r.samples[setting{r.tags, far}][s.name]
		if s.writes != "" {
			all = append(all, exactly(s.name+", writes", near.calls(ours, only(s.writes)), r.tags))
		}
		all = append(all, atMost(s.name+", other calls", "%.0f", float64(near.calls(ours, allBut(s.writes))), float64(images(r.tags))))
		for _, to := range []system{floor, quiet} {
			all = append(all, atMost(fmt.Sprintf("%s, times the time of the %s", s.name, to), "%.2f", middle(near.wallRatios(to)), s.most))
		}
		most := mostAdded * float64(distant.calls(ours, allBut(""))) * far.Seconds() / parallelism
		all = append(all, atMost(fmt.Sprintf("%s at %s, seconds added", s.name, far), "%.4f", distant.added(), most))
	}
	for _, f := range r.binaries {
		all = append(all, atMost(f.name+", times that of the floor", "%.2f", f.of(ours)/f.of(floor), f.most))
	}
	one, four := r.regionMemory.of(oneBlock), r.regionMemory.of(aliases)
	return append(all, limit{fmt.Sprintf("memory of %s: %.0f bytes, less than %.0f of %s", oneBlock, one, four, aliases), one < four})
}

// verdicts is a line for each limit, and whether all of them are kept.
func (r *results) verdicts() (text string, kept bool) {
	var lines strings.Builder
	kept = true
	for _, l := range r.limits() {
		verdict := "met   "
		if !l.kept {
			verdict, kept = "MISSED", false
		}
		fmt.Fprintf(&lines, "%s  %s\n", verdict, l.text)
	}
	return lines.String(), kept
}
