// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

const far = 50 * time.Millisecond // latency of the service in the second half of the table, and in the plot

// bench measures in a folder of its own.
type bench struct {
	*results

	terraform, dir string
}

// part is measured in one go.
type part struct {
	rounds  int
	tags    int
	latency time.Duration
	steps   []*step
	systems []*system
}

// measure builds and measures. It prints each part that is done.
func measure(ctx context.Context, o options, terraform string, stdout io.Writer) (r *results, err error) {
	dir, err := os.MkdirTemp("", "ims-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b := &bench{&results{options: o, samples: make(map[key][]sample)}, terraform, dir}
	if err := b.build(ctx); err != nil {
		return nil, err
	}
	parts := []part{
		{4*o.rounds + 1, o.tags, 0, []*step{start}, []*system{ours, floor}},
		{o.rounds, o.tags, 0, comparedSteps, ofRegions.systems},
		{o.rounds, o.tags, 0, comparedSteps, ofSets.systems},
		{o.rounds, o.tags, 0, steps, systems},
	}
	for _, tags := range o.sizes {
		parts = append(parts, part{o.rounds, tags, far, steps, systems})
	}
	for _, p := range parts {
		first := p.systems[0].name
		for range p.rounds {
			if err := b.round(ctx, p); err != nil {
				return nil, err
			}
			p.systems = slices.Concat(p.systems[1:], p.systems[:1]) // each round begins with another one
		}
		fmt.Fprintf(stdout, "  %d x %s and others, %d tags, latency %s\n", p.rounds, first, p.tags, p.latency)
	}
	return b.results, nil
}

// binary returns where the provider of a system is.
func (b *bench) binary(s *system) string { return filepath.Join(b.dir, s.pkg, tfrun.BinaryName) }

// build builds both providers as a release is built, and gives the floor the schemas of the real one.
func (b *bench) build(ctx context.Context) error {
	var err error
	if b.version, err = tfrun.Version(ctx, b.terraform); err != nil {
		return err
	}
	for _, s := range []*system{ours, floor} {
		if err := tfrun.Build(ctx, tfrun.Module+s.pkg, b.binary(s), "-trimpath", "-ldflags=-s -w -X main.version=0.0.1"); err != nil {
			return err
		}
	}
	schema, stderr, err := tfrun.Output(ctx, exec.CommandContext(ctx, "go", "run", tfrun.Module+"/internal/cmd/schema"))
	if err != nil {
		return fmt.Errorf("reading the schemas: %w\n\n%s", err, stderr)
	}
	return os.WriteFile(filepath.Join(filepath.Dir(b.binary(floor)), "schema.json"), []byte(schema), 0o600)
}

// round measures all steps with all systems in turn, so that other load of the machine slows all of them.
func (b *bench) round(ctx context.Context, p part) error {
	workspaces := make(map[*system]*workspace)
	for _, s := range p.systems {
		w, err := b.open(s, p.tags, p.latency)
		if err != nil {
			return err
		}
		defer w.stop()
		workspaces[s] = w
	}
	for _, step := range p.steps {
		for _, s := range p.systems {
			measured, err := workspaces[s].run(ctx, step)
			if err != nil {
				return fmt.Errorf("%s: %w", s.name, err)
			}
			k := key{p.tags, p.latency, step, s}
			b.samples[k] = append(b.samples[k], measured)
		}
	}
	for s, w := range workspaces {
		if left := w.mock.AllTags(); len(left) > 0 {
			return fmt.Errorf("%s: after the destroy the service has tags of %d images", s.name, len(left))
		}
	}
	return nil
}
