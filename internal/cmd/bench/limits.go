// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"strings"
)

// limit is kept by a value that is not above most, and not below it either if it is exact.
type limit struct {
	name        string
	value, most float64
	exact       bool
}

func (r *results) limits() []limit {
	const (
		// mostAdded is how much longer a step may take than its calls do when as many of them as Terraform makes at a time are
		// always in progress.
		mostAdded, parallelism = 1.2, 10

		less = 0.999 // times another number
	)
	var all []limit
	for _, s := range steps {
		near, distant, written := r.at(0, s, ours), r.at(far, s, ours), 0
		if s.writes {
			written = r.tags
		}
		longest := mostAdded * r.most(distant, calls()) * far.Seconds() / parallelism
		all = append(all,
			limit{s.name + ", writes", r.most(near, writes), float64(written), true},
			limit{s.name + ", other calls", r.most(near, notWrites), float64(images(r.tags)), false},
			limit{s.name + ", time ÷ floor", middle(r.ratios(near, floor, wall)), s.most, false},
			limit{s.name + ", time ÷ quiet floor", middle(r.ratios(near, quiet, wall)), s.most, false},
			limit{fmt.Sprintf("%s at %s, seconds added", s.name, far), r.added(distant), longest, false},
		)
	}
	for _, b := range binaries {
		ratio := r.median(r.at(0, b.step, ours), b.of) / r.median(r.at(0, b.step, floor), b.of)
		all = append(all, limit{b.name + ", provider ÷ floor", ratio, b.most, false})
	}
	one, four := r.median(r.at(0, destroy, oneBlock), memory), r.median(r.at(0, destroy, aliases), memory)
	return append(all,
		limit{"memory, " + oneBlock.name + " ÷ " + aliases.name, one / four, less, false},
		limit{"apply of sets, writes", r.most(r.at(0, apply, sets), writes), float64(images(r.tags)), true},
	)
}

// verdicts is a line for each limit, and whether all of them are kept.
func (r *results) verdicts() (text string, kept bool) {
	var lines strings.Builder
	kept = true
	for _, l := range r.limits() {
		verdict, bound := "met   ", "at most"
		if l.exact {
			bound = "exactly"
		}
		if l.value > l.most || l.exact && l.value < l.most {
			verdict, kept = "MISSED", false
		}
		fmt.Fprintf(&lines, "%s  %s: %.5g, %s %.5g\n", verdict, l.name, l.value, bound, l.most)
	}
	return lines.String(), kept
}
