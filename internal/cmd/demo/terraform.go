// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

const planFile = "demo.tfplan"

// terraform runs a command as a person types it. A plan is saved for the next apply.
func (d *demo) terraform(ctx context.Context, typed string) (string, error) {
	words := strings.Fields(typed)
	args := append([]string{words[0], "-input=false", "-no-color"}, words[1:]...)
	switch words[0] {
	case "plan":
		args = append(args, "-out="+planFile)
	case "apply":
		args = append(args, planFile)
	}
	stdout, stderr, err := tfrun.Output(ctx, d.Command(ctx, args...))
	d.last = fmt.Sprintf("%s %s printed:\n%s%s", d.program, typed, stdout, stderr)
	if err != nil {
		err = fmt.Errorf("%s %s: %w", d.program, typed, err)
	}
	return stdout, err
}

// explain adds the output of the last command to an error.
func (d *demo) explain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, tfrun.ErrInterrupted):
		return tfrun.ErrInterrupted
	}
	return fmt.Errorf("%w\n\n%s", err, strings.TrimSpace(d.last))
}

// summaryOf returns the line in which Terraform sums up what a command did. There is none if only outputs change.
func summaryOf(printed string) string {
	for line := range strings.Lines(printed) {
		for _, start := range []string{"Plan: ", "No changes.", "Apply complete!", "Import successful!"} {
			if strings.HasPrefix(line, start) {
				return "   " + strings.TrimSpace(line) + "\n"
			}
		}
	}
	return ""
}

// plannedChanges has a line for each resource that the last plan changes.
func (d *demo) plannedChanges(ctx context.Context) (string, error) {
	stdout, stderr, err := tfrun.Output(ctx, d.Command(ctx, "show", "-json", planFile))
	if err != nil {
		return "", fmt.Errorf("reading the plan: %w: %s", err, stderr)
	}
	var plan tfjson.Plan
	if err := json.Unmarshal([]byte(stdout), &plan); err != nil {
		return "", fmt.Errorf("reading the plan: %w", err)
	}
	var text strings.Builder
	for _, r := range plan.ResourceChanges {
		if c := r.Change; !c.Actions.NoOp() {
			fmt.Fprintf(&text, "     %v %s: %s -> %s\n", c.Actions, r.Address, tagValue(c.Before), tagValue(c.After))
		}
	}
	return text.String(), nil
}

// tagValue returns the value of a tag in a plan.
func tagValue(resource any) string {
	attributes, ok := resource.(map[string]any)
	if !ok {
		return "no tag"
	}
	return fmt.Sprintf("%q", attributes["value"])
}
