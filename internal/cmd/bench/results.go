package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// setting is what a step is measured with.
type setting struct {
	tags    int
	latency time.Duration
}

// trial is what a step took with each system, in the same round.
type trial map[system]sample

// binary is what was measured of a provider's binary itself.
type binary struct {
	start  time.Duration // from its start to the handshake, median
	memory int64         // bytes at the most over all commands, median
	size   int64         // bytes
}

// results is all that was measured.
type results struct {
	options

	version     string                         // of Terraform
	samples     map[setting]map[string][]trial // by the name of the step
	ours, floor binary
}

// results measures. It tells progress of each part that is done.
func (b *bench) results(ctx context.Context, o options, progress func(string)) (*results, error) {
	folder, err := tfrun.New(b.terraform, b.dir, "")
	if err != nil {
		return nil, err
	}
	version, err := folder.Version(ctx)
	if err != nil {
		return nil, err
	}
	r := &results{options: o, version: version, samples: make(map[setting]map[string][]trial)}
	if r.ours, r.floor, err = b.binaries(ctx, o); err != nil {
		return nil, err
	}
	progress(fmt.Sprintf("%d starts of each binary, and its memory", o.starts))

	for _, s := range o.settings() {
		r.samples[s] = make(map[string][]trial)
		for number := range o.rounds {
			trials, err := b.round(ctx, s, number)
			if err != nil {
				return nil, err
			}
			for step, one := range trials {
				r.samples[s][step] = append(r.samples[s][step], one)
			}
		}
		progress(fmt.Sprintf("%d tags, at a latency of %s", s.tags, s.latency))
	}
	return r, nil
}

// settings are those of the table and those of the plot, each once.
func (o options) settings() []setting {
	all := []setting{{o.tags, 0}}
	for _, size := range slices.Concat([]int{o.tags}, o.sizes) {
		if s := (setting{size, o.far}); !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all
}

// round measures all steps with all systems, step by step in turn: what else the machine does then slows all of them.
// Each round begins with another one.
func (b *bench) round(ctx context.Context, s setting, number int) (map[string]trial, error) {
	spaces := make(map[system]*workspace)
	for _, one := range systems {
		var variables []string
		if one == quiet {
			variables = quietVariables
		}
		w, err := b.newWorkspace(b.folder(one), s.tags, s.latency, variables...)
		if err != nil {
			return nil, err
		}
		defer w.close()
		spaces[one] = w
	}

	first := number % len(systems)
	order := slices.Concat(systems[first:], systems[:first])
	trials := make(map[string]trial)
	for _, step := range steps {
		trials[step.name] = make(trial)
		for _, one := range order {
			measured, err := spaces[one].run(ctx, step)
			if err != nil {
				return nil, err
			}
			trials[step.name][one] = measured
		}
		if err := spaces[ours].check(step, s.tags); err != nil {
			return nil, err
		}
	}
	return trials, nil
}

// check holds what the service has after a step against what it should have.
func (w *workspace) check(s step, tags int) error {
	want := tags
	if s.name == destroy.name {
		want = 0
	}
	got := 0
	for _, there := range w.mock.AllTags() {
		got += len(there)
	}
	if got != want {
		return fmt.Errorf("after the %s the service has %d tags, want %d", s.name, got, want)
	}
	return nil
}

// median returns the middle of what f takes from each element.
func median[T any, N cmp.Ordered](all []T, f func(T) N) N {
	return middle(sorted(all, f))
}

func middle[N cmp.Ordered](sorted []N) N { return sorted[len(sorted)/2] }

// sorted returns what f takes from each element, from the least to the most.
func sorted[T any, N cmp.Ordered](all []T, f func(T) N) []N {
	values := make([]N, len(all))
	for i, one := range all {
		values[i] = f(one)
	}
	slices.Sort(values)
	return values
}

// wallRatios are the times a step took against those with another system, from the least to the most.
func wallRatios(trials []trial, to system) []float64 {
	return sorted(trials, func(t trial) float64 { return t[ours].wall.Seconds() / t[to].wall.Seconds() })
}

// wallRatio is the median of them.
func wallRatio(trials []trial, to system) float64 { return middle(wallRatios(trials, to)) }

func cpuRatio(trials []trial, to system) float64 {
	return median(trials, func(t trial) float64 { return t[ours].cpu.Seconds() / t[to].cpu.Seconds() })
}

// wall is the time a step took with a system, the median of all rounds.
func wall(trials []trial, of system) time.Duration {
	return median(trials, func(t trial) time.Duration { return t[of].wall })
}

// added is the time a step took longer than with the floor, the median of all rounds.
func added(trials []trial) time.Duration {
	return median(trials, func(t trial) time.Duration { return t[ours].wall - t[floor].wall })
}

// calls is how many calls of these operations a step made at the most.
func calls(trials []trial, operations ...imstest.Operation) int {
	most := 0
	for _, r := range trials {
		made := 0
		for operation, count := range r[ours].calls {
			if len(operations) == 0 || slices.Contains(operations, operation) {
				made += count
			}
		}
		most = max(most, made)
	}
	return most
}

// others is how many calls a step made at the most that are none of these operations.
func others(trials []trial, operations ...imstest.Operation) int {
	most := 0
	for _, r := range trials {
		one := []trial{r}
		most = max(most, calls(one)-calls(one, operations...))
	}
	return most
}
