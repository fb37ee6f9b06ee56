// SPDX-License-Identifier: MPL-2.0

// Command demo shows what the provider does: the real Terraform, or OpenTofu, runs it against a mock of the service
// that is built in. Each step prints what happened and checks it.
package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// script is what the demo does, and what it has to print.
//
//go:embed demo.txt
var script string

func main() {
	// A write to a closed pipe (make demo | head) is to be an error, so that the demo can clean up.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := run(ctx, tfrun.LookPath, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run runs all steps and returns the exit code: 0 if each of them had the expected result.
func run(ctx context.Context, lookPath func(string) (string, error), stdout, stderr io.Writer) int {
	terraform, err := tfrun.Find(lookPath)
	if err != nil {
		fmt.Fprintln(stderr, "demo:", err)
		return 1
	}
	if err := runSteps(ctx, terraform, stdout); err != nil {
		fmt.Fprintln(stderr, "\ndemo:", err)
		return 1
	}
	fmt.Fprintf(stdout, "\nAll %d steps had the expected result. The temporary folder has been removed.\n", strings.Count(script, "\n\n")+1)
	return 0
}

func runSteps(ctx context.Context, terraform string, stdout io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "ims-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	d, err := newDemo(terraform, dir, stdout)
	if err != nil {
		return err
	}
	defer d.stop()
	if err = d.prepare(ctx); err == nil {
		err = d.play(ctx, script)
	}
	switch {
	case errors.Is(err, tfrun.ErrInterrupted):
		return tfrun.ErrInterrupted
	case err != nil:
		return fmt.Errorf("%w\n\n%s", err, strings.TrimSpace(d.last))
	}
	return nil
}
