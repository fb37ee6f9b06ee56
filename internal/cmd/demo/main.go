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

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

func main() {
	// Writing to a pipe that was closed (make demo | head) is to be an error, not the end without a word to anybody.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	code := run(ctx, exec.LookPath, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run runs all steps and returns the exit code: 0 if each of them went as said.
func run(ctx context.Context, lookPath func(string) (string, error), stdout, stderr io.Writer) int {
	terraform, err := tfrun.Find(lookPath)
	if err != nil {
		fmt.Fprintln(stderr, "demo:", err)
		return 1
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stdout = &audience{stdout, cancel}
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
		err := step.run(ctx, stage)
		if errors.Is(err, tfrun.ErrInterrupted) {
			return err
		}
		if err != nil {
			return fmt.Errorf("step %d did not go as said: %w", i+1, stage.terraform.explain(err))
		}
	}
	return nil
}

// audience is who the demo is for. When nobody reads it any more, it ends as if it were interrupted.
type audience struct {
	io.Writer
	gone context.CancelFunc
}

func (a *audience) Write(p []byte) (int, error) {
	n, err := a.Writer.Write(p)
	if err != nil {
		a.gone()
	}
	return n, err
}
