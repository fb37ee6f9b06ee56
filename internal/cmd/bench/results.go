// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// far is the latency of the service in the second half of the table, and in the plot.
const far = 50 * time.Millisecond

// setting is what a step is measured with.
type setting struct {
	tags    int
	latency time.Duration // of the service
}

// round is what a step took with each system, one right after the other.
type round map[system]sample

type rounds []round

// table has the rounds of each step, by its name.
type table map[string]rounds

// results is all that was measured.
type results struct {
	options

	version  string // of Terraform
	samples  map[setting]table
	binaries []figure
	regions  compared
	sets     compared
}

// results builds and measures. It prints each part that is done.
func (b *bench) results(ctx context.Context, o options, stdout io.Writer) (*results, error) {
	if err := b.build(ctx); err != nil {
		return nil, err
	}
	folder, err := tfrun.New(b.terraform, b.dir)
	if err != nil {
		return nil, err
	}
	r := &results{options: o, samples: make(map[setting]table)}
	if r.version, err = folder.Version(ctx); err != nil {
		return nil, err
	}
	if r.binaries, err = b.binaries(ctx, o); err != nil {
		return nil, err
	}
	fmt.Fprintln(stdout, "  start, memory and size of each binary")
	if r.regions, err = b.compare(ctx, o, regionComparison); err != nil {
		return nil, err
	}
	fmt.Fprintf(stdout, "  %d tags in %d regions\n", o.tags, len(regions))
	if r.sets, err = b.compare(ctx, o, setComparison); err != nil {
		return nil, err
	}
	fmt.Fprintf(stdout, "  %d tags in sets\n", o.tags)
	settings := []setting{{o.tags, 0}}
	for _, size := range o.sizes {
		settings = append(settings, setting{size, far})
	}
	for _, s := range settings {
		if r.samples[s], err = b.table(ctx, s, o.rounds); err != nil {
			return nil, err
		}
		fmt.Fprintf(stdout, "  %d tags, at a latency of %s\n", s.tags, s.latency)
	}
	return r, nil
}

// table measures all steps with all systems. Each round begins with another system.
func (b *bench) table(ctx context.Context, with setting, count int) (table, error) {
	t := make(table)
	for number := range count {
		first := number % len(systems)
		err := t.measure(ctx, steps, slices.Concat(systems[first:], systems[:first]), func(s system) (*workspace, error) {
			mock := imstest.NewServer()
			mock.SetLatency(with.latency)
			return b.newWorkspace(mock, provider(b.binary(s)), environment(variables[s]...), withTags(with.tags))
		})
		if err != nil {
			return nil, err
		}
	}
	return t, nil
}

// sorted returns a number of each round, from the least to the most.
func (r rounds) sorted(of func(round) float64) []float64 {
	var values []float64
	for _, one := range r {
		values = append(values, of(one))
	}
	slices.Sort(values)
	return values
}

// middle returns the median of sorted numbers.
func middle(sorted []float64) float64 { return sorted[len(sorted)/2] }

// wall is the median of the time a step took with a system, in seconds.
func (r rounds) wall(of system) float64 {
	return middle(r.sorted(func(one round) float64 { return one[of].wall }))
}

// wallRatios are the times a step took divided by those with another system, from the least to the most.
func (r rounds) wallRatios(to system) []float64 {
	return r.sorted(func(one round) float64 { return one[ours].wall / one[to].wall })
}

func (r rounds) cpuRatio(to system) float64 {
	return middle(r.sorted(func(one round) float64 { return one[ours].cpu / one[to].cpu }))
}

// added is the median of the time a step took longer than with the floor, in seconds.
func (r rounds) added() float64 {
	return middle(r.sorted(func(one round) float64 { return one[ours].wall - one[floor].wall }))
}

// calls is the largest number of calls in a round, of those that count.
func (r rounds) calls(of system, counts func(imstest.Operation) bool) int {
	most := 0
	for _, one := range r {
		made := 0
		for operation, count := range one[of].calls {
			if counts(operation) {
				made += count
			}
		}
		most = max(most, made)
	}
	return most
}

func only(one imstest.Operation) func(imstest.Operation) bool {
	return func(o imstest.Operation) bool { return o == one }
}

func allBut(one imstest.Operation) func(imstest.Operation) bool {
	return func(o imstest.Operation) bool { return o != one }
}
