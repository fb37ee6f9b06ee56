// Command demo shows what the provider does: the real Terraform, or OpenTofu, runs it against a mock of the service
// that is built in. Each step prints what happened and checks it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

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
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stdout = &cancellingWriter{stdout, cancel}
	if err := runSteps(ctx, terraform, stdout); err != nil {
		fmt.Fprintln(stderr, "\ndemo:", err)
		return 1
	}
	fmt.Fprintf(stdout, "\nAll %d steps had the expected result. The temporary folder has been removed.\n", len(steps))
	return 0
}

func runSteps(ctx context.Context, terraform string, stdout io.Writer) (err error) {
	d, err := newDemo(terraform, stdout)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.close()) }()
	if err := d.prepare(ctx); err != nil {
		return d.explain(err)
	}
	for i, s := range steps {
		fmt.Fprintf(stdout, "\n%d. %s\n", i+1, s.title)
		if err := d.run(ctx, s); err != nil {
			return d.explain(err)
		}
	}
	return nil
}

// cancellingWriter cancels the demo when what it prints can no longer be written.
type cancellingWriter struct {
	io.Writer
	cancel context.CancelFunc
}

func (w *cancellingWriter) Write(p []byte) (int, error) {
	n, err := w.Writer.Write(p)
	if err != nil {
		w.cancel()
	}
	return n, err
}
