// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"strings"
)

// verdicts is a line for each limit, and whether all of them are kept.
func (r *results) verdicts() (text string, kept bool) {
	const (
		// mostAdded is how much longer a step may take than its calls do when as many of them as Terraform makes at a time are
		// always in progress.
		mostAdded, parallelism = 1.2, 10

		less = 0.999 // times another number
	)
	var lines strings.Builder
	kept = true
	check := func(met bool, value float64, bound string, limit float64, name string) {
		verdict := "met   "
		if !met {
			verdict, kept = "MISSED", false
		}
		fmt.Fprintf(&lines, "%s  %s: %.5g, %s %.5g\n", verdict, name, value, bound, limit)
	}
	exactly := func(value float64, want int, name string) {
		check(value == float64(want), value, "exactly", float64(want), name)
	}
	atMost := func(value, most float64, name string) { check(value <= most, value, "at most", most, name) }

	for _, s := range steps {
		near, distant, written := r.at(0, s, ours), r.at(far, s, ours), 0
		if s.writes {
			written = r.tags
		}
		exactly(r.most(near, writes), written, s.name+", writes")
		atMost(r.most(near, notWrites), float64(images(r.tags)), s.name+", other calls")
		atMost(middle(r.ratios(near, floor, wall)), s.most, s.name+", time ÷ floor")
		atMost(middle(r.ratios(near, quiet, wall)), s.most, s.name+", time ÷ quiet floor")
		longest := mostAdded * r.most(distant, calls()) * far.Seconds() / parallelism
		atMost(r.added(distant), longest, fmt.Sprintf("%s at %s, seconds added", s.name, far))
	}
	for _, b := range binaries {
		atMost(r.median(r.at(0, b.step, ours), b.of)/r.median(r.at(0, b.step, floor), b.of), b.most, b.name+", provider ÷ floor")
	}
	one, four := r.median(r.at(0, destroy, oneBlock), memory), r.median(r.at(0, destroy, aliases), memory)
	atMost(one/four, less, "memory, "+oneBlock.name+" ÷ "+aliases.name)
	exactly(r.most(r.at(0, apply, sets), writes), images(r.tags), "apply of sets, writes")
	return lines.String(), kept
}
