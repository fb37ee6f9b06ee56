package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"time"

	tfjson "github.com/hashicorp/terraform-json"
)

// shutdownTime is how long Terraform may take to end after an interrupt.
const shutdownTime = 20 * time.Second

var errNoTerraform = errors.New(
	"neither terraform nor tofu is on the PATH; install one of them: https://developer.hashicorp.com/terraform/install")

func findTerraform(lookPath func(string) (string, error)) (string, error) {
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := lookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNoTerraform
}

// terraform runs Terraform or OpenTofu in a folder.
type terraform struct {
	path string
	dir  string
	env  []string
}

// run runs a command and returns what it printed. The error of one that failed has all of it.
func (t terraform) run(ctx context.Context, args ...string) (string, error) {
	command := exec.CommandContext(ctx, t.path, args...)
	command.Dir, command.Env = t.dir, t.env
	separate(command)
	command.Cancel = func() error { return interrupt(command.Process) }
	command.WaitDelay = shutdownTime
	output, err := command.CombinedOutput()
	if ctx.Err() != nil {
		return "", errors.New("interrupted")
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", strings.Join(args, " "), err, output)
	}
	return string(output), nil
}

func (t terraform) version(ctx context.Context) (string, error) {
	output, err := t.run(ctx, "version")
	first, _, _ := strings.Cut(output, "\n")
	return strings.TrimSpace(first), err
}

func (t terraform) init(ctx context.Context) error {
	_, err := t.run(ctx, "init", "-input=false", "-no-color")
	return err
}

// plan makes a plan, for apply to carry out, and returns what it would change.
func (t terraform) plan(ctx context.Context, args ...string) ([]change, error) {
	args = append([]string{"plan", "-input=false", "-no-color", "-out=demo.tfplan"}, args...)
	if _, err := t.run(ctx, args...); err != nil {
		return nil, err
	}
	output, err := t.run(ctx, "show", "-json", "demo.tfplan")
	if err != nil {
		return nil, err
	}
	var plan tfjson.Plan
	if err := json.Unmarshal([]byte(output), &plan); err != nil {
		return nil, fmt.Errorf("reading the plan: %w", err)
	}
	return changes(plan), nil
}

// apply carries out the last plan.
func (t terraform) apply(ctx context.Context) error {
	_, err := t.run(ctx, "apply", "-input=false", "-no-color", "demo.tfplan")
	return err
}
