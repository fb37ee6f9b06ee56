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

// terraform runs commands, and keeps what the last one printed.
type terraform struct {
	*tfrun.Folder

	name string // of its program
	last string // the last command and its output
}

// run runs a command as a person types it. A plan is saved for the next apply.
func (t *terraform) run(ctx context.Context, typed string) (string, error) {
	words := strings.Fields(typed)
	args := append([]string{words[0], "-input=false", "-no-color"}, words[1:]...)
	switch words[0] {
	case "plan":
		args = append(args, "-out="+planFile)
	case "apply":
		args = append(args, planFile)
	}
	stdout, stderr, err := tfrun.Output(ctx, t.Command(ctx, args...))
	t.last = fmt.Sprintf("%s %s printed:\n%s%s", t.name, typed, stdout, stderr)
	if err != nil && !errors.Is(err, tfrun.ErrInterrupted) {
		err = fmt.Errorf("%s %s: %w", t.name, typed, err)
	}
	return stdout, err
}

// explain adds the output of the last command to an error.
func (t *terraform) explain(err error) error {
	if err == nil || errors.Is(err, tfrun.ErrInterrupted) {
		return err
	}
	return fmt.Errorf("%w\n\n%s", err, strings.TrimSpace(t.last))
}

// summaryOf returns the line in which Terraform sums up what a command did. There is none if only outputs change.
func summaryOf(printed string) string {
	for line := range strings.Lines(printed) {
		for _, start := range []string{"Plan: ", "No changes.", "Apply complete!", "Import successful!"} {
			if strings.HasPrefix(line, start) {
				return strings.TrimSpace(line)
			}
		}
	}
	return ""
}

// plannedChanges returns the changes of the last plan.
func (t *terraform) plannedChanges(ctx context.Context) ([]string, error) {
	stdout, stderr, err := tfrun.Output(ctx, t.Command(ctx, "show", "-json", planFile))
	if errors.Is(err, tfrun.ErrInterrupted) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("reading the plan: %w: %s", err, stderr)
	}
	var plan tfjson.Plan
	if err := json.Unmarshal([]byte(stdout), &plan); err != nil {
		return nil, fmt.Errorf("reading the plan: %w", err)
	}
	return changes(plan), nil
}

// changes returns one line for each resource that a plan changes.
func changes(plan tfjson.Plan) []string {
	var lines []string
	for _, r := range plan.ResourceChanges {
		switch actions := r.Change.Actions; {
		case actions.NoOp():
		case actions.Create():
			lines = append(lines, fmt.Sprintf("+ create %s: %s", r.Address, tagValue(r.Change.After)))
		case actions.Update():
			lines = append(lines, fmt.Sprintf("~ update %s: %s -> %s", r.Address, tagValue(r.Change.Before), tagValue(r.Change.After)))
		default:
			lines = append(lines, fmt.Sprintf("%v %s", actions, r.Address))
		}
	}
	return lines
}

// tagValue returns the value of a tag in a plan.
func tagValue(resource any) string {
	attributes, _ := resource.(map[string]any)
	return fmt.Sprintf("%q", attributes["value"])
}
