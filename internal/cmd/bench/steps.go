package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// step is a command that is measured.
type step struct {
	name   string
	args   []string
	env    []string
	writes imstest.Operation // made once for each tag; empty: none
	most   float64           // of the time of a floor, without latency
}

// The steps, in this order. A plan fails if there is anything to change.
var (
	apply      = step{name: "apply", args: []string{"apply", "-auto-approve"}, writes: imstest.WriteTag, most: 1.08}
	plan       = step{name: "plan", args: []string{"plan", "-detailed-exitcode"}, most: 1.08}
	singlePlan = step{name: "plan, bulk_reads off", args: plan.args, env: []string{"IMS_BULK_READS=false"}, most: plan.most}
	destroy    = step{name: "destroy", args: []string{"destroy", "-auto-approve"}, writes: imstest.DeleteTag, most: 1.10}

	steps = []step{apply, plan, singlePlan, destroy}
)

// sample is what a command took.
type sample struct {
	wall, cpu float64 // seconds of Terraform and the provider
	calls     map[imstest.Operation]int
}

// run runs Terraform and measures it.
func (w *workspace) run(ctx context.Context, s step) (sample, error) {
	command := w.Command(ctx, slices.Concat(s.args, []string{"-input=false", "-no-color"})...)
	command.Env = slices.Concat(command.Env, s.env)
	w.mock.ResetLog()
	begun := time.Now()
	stdout, stderr, err := tfrun.Output(ctx, command)
	took := time.Since(begun)
	if err != nil {
		return sample{}, fmt.Errorf("terraform %s: %w\n\n%s%s", strings.Join(s.args, " "), err, stdout, stderr)
	}
	used := command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	measured := sample{took.Seconds(), used.Seconds(), make(map[imstest.Operation]int)}
	for _, request := range w.mock.Requests() {
		measured.calls[request.Operation]++
	}
	return measured, nil
}

// setting is what a step is measured with.
type setting struct {
	tags    int
	latency time.Duration
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

// round measures all steps with all systems in turn, so that other load of the machine slows all of them. Each round
// begins with another system.
func (b *bench) round(ctx context.Context, with setting, number int) (map[string]round, error) {
	workspaces := make(map[system]*workspace)
	for _, s := range systems {
		var variables []string
		if s == quiet {
			variables = quietVariables
		}
		w, err := b.newWorkspace(filepath.Dir(b.binary(s)), with.tags, with.latency, variables...)
		if err != nil {
			return nil, err
		}
		defer w.close()
		workspaces[s] = w
	}
	first := number % len(systems)
	measured := make(map[string]round)
	for _, step := range steps {
		measured[step.name] = make(round)
		for _, s := range slices.Concat(systems[first:], systems[:first]) {
			var err error
			if measured[step.name][s], err = workspaces[s].run(ctx, step); err != nil {
				return nil, err
			}
		}
		if err := workspaces[ours].check(step, with.tags); err != nil {
			return nil, err
		}
	}
	return measured, nil
}

// check compares the number of tags in the service with what a step leaves there.
func (w *workspace) check(s step, tags int) error {
	if s.name == destroy.name {
		tags = 0
	}
	got := 0
	for _, held := range w.mock.AllTags() {
		got += len(held)
	}
	if got != tags {
		return fmt.Errorf("after the %s the service has %d tags, want %d", s.name, got, tags)
	}
	return nil
}
