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

// round is what a step took with each system, one right after the other.
type round map[system]sample

type rounds []round

// results is all that was measured.
type results struct {
	options

	version  string                        // of Terraform
	samples  map[setting]map[string]rounds // by the name of the step
	binaries []figure
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
	r := &results{options: o, samples: make(map[setting]map[string]rounds)}
	if r.version, err = folder.Version(ctx); err != nil {
		return nil, err
	}
	if r.binaries, err = b.binaries(ctx, o); err != nil {
		return nil, err
	}
	fmt.Fprintln(stdout, "  start, memory and size of each binary")
	settings := []setting{{o.tags, 0}}
	for _, size := range o.sizes {
		settings = append(settings, setting{size, far})
	}
	for _, s := range settings {
		r.samples[s] = make(map[string]rounds)
		for number := range o.rounds {
			measured, err := b.round(ctx, s, number)
			if err != nil {
				return nil, err
			}
			for step, one := range measured {
				r.samples[s][step] = append(r.samples[s][step], one)
			}
		}
		fmt.Fprintf(stdout, "  %d tags, at a latency of %s\n", s.tags, s.latency)
	}
	return r, nil
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

// calls is the largest number of calls of an operation in a round.
func (r rounds) calls(operation imstest.Operation) int {
	return r.counted(func(o imstest.Operation) bool { return o == operation })
}

// otherCalls is the largest number of calls of all other operations in a round.
func (r rounds) otherCalls(operation imstest.Operation) int {
	return r.counted(func(o imstest.Operation) bool { return o != operation })
}

func (r rounds) allCalls() int { return r.otherCalls("") }

func (r rounds) counted(counts func(imstest.Operation) bool) int {
	most := 0
	for _, one := range r {
		made := 0
		for operation, count := range one[ours].calls {
			if counts(operation) {
				made += count
			}
		}
		most = max(most, made)
	}
	return most
}
