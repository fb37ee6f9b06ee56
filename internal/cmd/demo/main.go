// Command demo shows what the provider does: the real Terraform, or OpenTofu, runs it against a mock of the service
// that is built in. Each step says what it shows and checks that it is so.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, exec.LookPath, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run runs all steps and returns the exit code: 0 if each of them went as said.
func run(ctx context.Context, lookPath func(string) (string, error), stdout, stderr io.Writer) int {
	terraform, err := findTerraform(lookPath)
	if err != nil {
		fmt.Fprintln(stderr, "demo:", err)
		return 1
	}
	if err := play(ctx, terraform, stdout); err != nil {
		fmt.Fprintln(stderr, "\ndemo:", err)
		return 1
	}
	fmt.Fprintf(stdout, "\nAll %d steps went as said. Nothing is left of the demo on this machine.\n", len(steps))
	return 0
}

// play runs the steps on a stage that is gone afterwards, however they end.
func play(ctx context.Context, terraform string, stdout io.Writer) (err error) {
	stage, err := newStage(ctx, terraform, stdout)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stage.close()) }()

	for i, step := range steps {
		fmt.Fprintf(stdout, "\n%d. %s\n", i+1, step.title)
		if err := step.run(ctx, stage); err != nil {
			return fmt.Errorf("step %d did not go as said: %w", i+1, err)
		}
	}
	return nil
}
