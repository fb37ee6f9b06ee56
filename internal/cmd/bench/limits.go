// SPDX-License-Identifier: MPL-2.0

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

// verdicts is a line for each limit, and whether all of them are kept.
func (r *results) verdicts() (text string, kept bool) {
	var lines strings.Builder
	kept = true
	limit := func(met bool, format string, values ...any) {
		verdict := "met   "
		if !met {
			verdict, kept = "MISSED", false
		}
		fmt.Fprintf(&lines, verdict+"  "+format+"\n", values...)
	}
	for _, s := range steps {
		near, distant := r.samples[setting{r.tags, 0}][s.name], r.samples[setting{r.tags, far}][s.name]
		if s.writes != "" {
			writes := near.calls(ours, only(s.writes))
			limit(writes == r.tags, "%s, writes: %d, exactly %d", s.name, writes, r.tags)
		}
		others := near.calls(ours, allBut(s.writes))
		limit(others <= images(r.tags), "%s, other calls: %d, at most %d", s.name, others, images(r.tags))
		for _, to := range []system{floor, quiet} {
			ratio := middle(near.wallRatios(to))
			limit(ratio <= s.most, "%s, times the time of the %s: %.2f, at most %.2f", s.name, to, ratio, s.most)
		}
		added, most := distant.added(), mostAdded*float64(distant.calls(ours, allBut("")))*far.Seconds()/parallelism
		limit(added <= most, "%s at %s, seconds added: %.4f, at most %.4f", s.name, far, added, most)
	}
	for _, f := range r.binaries {
		ratio := f.of(ours) / f.of(floor)
		limit(ratio <= f.most, "%s, times that of the floor: %.2f, at most %.2f", f.name, ratio, f.most)
	}
	one, four := r.regions.memory.of(oneBlock), r.regions.memory.of(aliases)
	limit(one < four, "memory of %s: %.0f bytes, less than %.0f of %s", oneBlock, one, four, aliases)
	writes := r.sets.table[apply.name].calls(sets, isWrite)
	limit(writes == images(r.tags), "apply, writes of sets: %d, exactly %d", writes, images(r.tags))
	return lines.String(), kept
}
