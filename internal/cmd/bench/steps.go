// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
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

// sample is what a step took.
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

// measure adds a round of all steps with all systems in turn, so that other load of the machine slows all of them.
func (t table) measure(ctx context.Context, steps []step, systems []system, open func(system) (*workspace, error)) error {
	workspaces := make(map[system]*workspace)
	for _, s := range systems {
		w, err := open(s)
		if err != nil {
			return err
		}
		defer w.stop()
		workspaces[s] = w
	}
	for _, step := range steps {
		measured := make(round)
		for _, s := range systems {
			var err error
			if measured[s], err = workspaces[s].run(ctx, step); err != nil {
				return err
			}
		}
		t[step.name] = append(t[step.name], measured)
	}
	for s, w := range workspaces {
		if left := w.mock.AllTags(); len(left) > 0 {
			return fmt.Errorf("%s: after the destroy the service has tags of %d images", s, len(left))
		}
	}
	return nil
}
