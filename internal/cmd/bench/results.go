package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

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

// results builds and measures. It reports each part that is done.
func (b *bench) results(ctx context.Context, o options, progress func(string)) (*results, error) {
	if err := b.build(ctx); err != nil {
		return nil, err
	}
	folder, err := tfrun.New(b.terraform, b.dir, "")
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
	progress(fmt.Sprintf("%d starts of each binary, its memory and its size", o.starts))
	for _, s := range o.settings() {
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
		progress(fmt.Sprintf("%d tags, at a latency of %s", s.tags, s.latency))
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

// calls is the largest number of calls in a round.
func (r rounds) calls(counted func(imstest.Operation) bool) int {
	most := 0
	for _, one := range r {
		made := 0
		for operation, count := range one[ours].calls {
			if counted(operation) {
				made += count
			}
		}
		most = max(most, made)
	}
	return most
}

func every(imstest.Operation) bool { return true }

func only(o imstest.Operation) func(imstest.Operation) bool {
	return func(other imstest.Operation) bool { return other == o }
}

func except(o imstest.Operation) func(imstest.Operation) bool {
	return func(other imstest.Operation) bool { return other != o }
}
