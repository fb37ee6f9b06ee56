// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

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

// changesOf returns the lines of a plan that name a resource and the values that change.
func changesOf(printed string) string {
	var changes strings.Builder
	for line := range strings.Lines(printed) {
		if strings.HasPrefix(line, "  # ") || strings.HasPrefix(line, "      ~ ") {
			changes.WriteString("   " + line)
		}
	}
	return changes.String()
}
