package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// terraform runs Terraform or OpenTofu in a folder, and shows what it does in a line a command.
type terraform struct {
	path   string
	dir    string
	env    []string
	stdout io.Writer
	last   string // the last command, and all that it printed: it explains a step that did not go as said
}

// run runs a command and keeps what it printed.
func (t *terraform) run(ctx context.Context, args ...string) (string, error) {
	stdout, stderr, err := tfrun.Output(ctx, t.command(ctx, args))
	t.last = fmt.Sprintf("%s printed:\n%s%s", t.line(args), stdout, stderr)
	if err != nil && !errors.Is(err, tfrun.ErrInterrupted) {
		err = fmt.Errorf("%s: %w", t.line(args), err)
	}
	return stdout, err
}

// explain adds what Terraform printed last to an error.
func (t *terraform) explain(err error) error {
	if err == nil || errors.Is(err, tfrun.ErrInterrupted) {
		return err
	}
	return fmt.Errorf("%w\n\n%s", err, strings.TrimSpace(t.last))
}

func (t *terraform) command(ctx context.Context, args []string) *exec.Cmd {
	command := exec.CommandContext(ctx, t.path, args...)
	command.Dir, command.Env = t.dir, t.env
	return command
}

// line is a command as a person types it, without the options that are for programs.
func (t *terraform) line(args []string) string {
	words := []string{filepath.Base(t.path)}
	for _, arg := range args {
		switch arg {
		case "-input=false", "-no-color", "-detailed-exitcode", "-out=" + planFile, planFile:
		default:
			words = append(words, arg)
		}
	}
	return strings.Join(words, " ")
}

// show prints a command, and the line in which Terraform sums up what it did.
func (t *terraform) show(args []string, printed string) {
	fmt.Fprintf(t.stdout, "   $ %s\n", t.line(args))
	if summary := summaryOf(printed); summary != "" {
		fmt.Fprintf(t.stdout, "   %s\n", summary)
	}
}

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

func (t *terraform) version(ctx context.Context) (string, error) {
	printed, err := t.run(ctx, "version")
	first, _, _ := strings.Cut(printed, "\n")
	return strings.TrimSpace(first), err
}

func (t *terraform) init(ctx context.Context) error {
	_, err := t.run(ctx, "init", "-input=false", "-no-color")
	return err
}

const (
	planFile    = "demo.tfplan"
	exitChanges = 2 // of plan -detailed-exitcode
)

// plan is what Terraform would do.
type plan struct {
	changes []change // to resources
	empty   bool     // nothing at all would change, not even an output
}

// plan makes a plan, for apply to carry out.
func (t *terraform) plan(ctx context.Context, options ...string) (plan, error) {
	args := append([]string{"plan", "-input=false", "-no-color", "-detailed-exitcode", "-out=" + planFile}, options...)
	printed, err := t.run(ctx, args...)
	exit, _ := errors.AsType[*exec.ExitError](err)
	changed := exit != nil && exit.ExitCode() == exitChanges
	if err != nil && !changed {
		return plan{}, err
	}
	t.show(args, printed)

	stdout, stderr, err := tfrun.Output(ctx, t.command(ctx, []string{"show", "-json", planFile}))
	if errors.Is(err, tfrun.ErrInterrupted) {
		return plan{}, err
	}
	if err != nil {
		return plan{}, fmt.Errorf("reading the plan: %w: %s", err, stderr)
	}
	var read tfjson.Plan
	if err := json.Unmarshal([]byte(stdout), &read); err != nil {
		return plan{}, fmt.Errorf("reading the plan: %w", err)
	}
	return plan{changes: changes(read), empty: !changed}, nil
}

// apply carries out the last plan.
func (t *terraform) apply(ctx context.Context) error {
	args := []string{"apply", "-input=false", "-no-color", planFile}
	printed, err := t.run(ctx, args...)
	if err == nil {
		t.show(args, printed)
	}
	return err
}
