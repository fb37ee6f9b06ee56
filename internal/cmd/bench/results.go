package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/cmd/cli"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// setting is what a step is measured with.
type setting struct {
	tags    int
	latency time.Duration
}

// pair is what a step took with each provider, in the same round.
type pair struct{ ours, floor sample }

// binary is what was measured of a provider's binary itself.
type binary struct {
	start  time.Duration // from its start to the handshake, median
	memory int64         // bytes at the most, over all commands
	size   int64         // bytes
}

// results is all that was measured.
type results struct {
	options

	version     string // of Terraform
	samples     map[setting]map[string][]pair
	ours, floor binary
}

// results measures. It tells progress of each part that is done.
func (b *bench) results(ctx context.Context, o options, progress func(string)) (*results, error) {
	version, err := cli.Version(ctx, b.terraform)
	if err != nil {
		return nil, err
	}
	r := &results{options: o, version: version, samples: make(map[setting]map[string][]pair)}
	if r.ours, r.floor, err = b.binaries(ctx, o); err != nil {
		return nil, err
	}
	progress(fmt.Sprintf("%d starts of each binary, and its memory", o.starts))

	settings := []setting{{o.tags, 0}, {o.tags, o.far}}
	for _, size := range o.sizes {
		if size != o.tags {
			settings = append(settings, setting{size, o.far})
		}
	}
	for _, s := range settings {
		r.samples[s] = make(map[string][]pair)
		for round := range o.rounds {
			pairs, err := b.round(ctx, s, round%2 == 1)
			if err != nil {
				return nil, err
			}
			for step, p := range pairs {
				r.samples[s][step] = append(r.samples[s][step], p)
			}
		}
		progress(fmt.Sprintf("%d tags, at a latency of %s", s.tags, s.latency))
	}
	return r, nil
}

// round measures all steps with both providers, step by step in turn: what else the machine does then slows both.
func (b *bench) round(ctx context.Context, s setting, floorFirst bool) (map[string]pair, error) {
	mine, err := b.newWorkspace(b.folder(ours), s.tags, s.latency)
	if err != nil {
		return nil, err
	}
	defer mine.close()
	nothing, err := b.newWorkspace(b.folder(floor), s.tags, s.latency)
	if err != nil {
		return nil, err
	}
	defer nothing.close()

	pairs := make(map[string]pair)
	for _, step := range steps {
		var p pair
		turns := []func() error{
			func() (err error) { p.ours, err = mine.run(ctx, step); return err },
			func() (err error) { p.floor, err = nothing.run(ctx, step); return err },
		}
		if floorFirst {
			slices.Reverse(turns)
		}
		for _, turn := range turns {
			if err := turn(); err != nil {
				return nil, err
			}
		}
		pairs[step.name] = p
		if err := mine.check(step, s.tags); err != nil {
			return nil, err
		}
	}
	return pairs, nil
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
	values := make([]N, len(all))
	for i, one := range all {
		values[i] = f(one)
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// wallRatio is the time a step took against that with the floor, the median of all rounds.
func wallRatio(pairs []pair) float64 {
	return median(pairs, func(p pair) float64 { return p.ours.wall.Seconds() / p.floor.wall.Seconds() })
}

func cpuRatio(pairs []pair) float64 {
	return median(pairs, func(p pair) float64 { return p.ours.cpu.Seconds() / p.floor.cpu.Seconds() })
}

// added is the time a step took longer than with the floor, the median of all rounds.
func added(pairs []pair) time.Duration {
	return median(pairs, func(p pair) time.Duration { return p.ours.wall - p.floor.wall })
}

// calls is how many calls of these operations a step made at the most.
func calls(pairs []pair, operations ...imstest.Operation) int {
	most := 0
	for _, p := range pairs {
		made := 0
		for operation, count := range p.ours.calls {
			if len(operations) == 0 || slices.Contains(operations, operation) {
				made += count
			}
		}
		most = max(most, made)
	}
	return most
}

// others is how many calls a step made at the most that are none of these operations.
func others(pairs []pair, operations ...imstest.Operation) int {
	most := 0
	for _, p := range pairs {
		one := []pair{p}
		most = max(most, calls(one)-calls(one, operations...))
	}
	return most
}
