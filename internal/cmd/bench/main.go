// Command bench measures the provider against one that does nothing: the real Terraform, or OpenTofu, runs both in turn
// against a mock of the service, and what it takes with the one is compared with what it takes with the other.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// The exit codes, as those of most commands.
const (
	exitFailed = 1
	exitUsage  = 2
)

// fewestWritten is how many rounds results need to be written into README.md.
const fewestWritten = 3

func main() {
	if launched := os.Getenv(launchVariable); launched != "" {
		os.Exit(launch(launched, os.Getenv(memoryVariable)))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// options say what is measured.
type options struct {
	tags   int           // of the table
	sizes  []int         // of the plot, in tags
	far    time.Duration // the latency of the service in the second half of the table, and in the plot
	rounds int
	starts int    // of each binary
	write  string // the folder whose README.md gets the results; empty: they are only printed
}

// run measures, and returns the exit code: 0 if all limits are kept.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitUsage
	}
	if err := measure(ctx, o, stdout); err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return exitFailed
	}
	return 0
}

func parse(args []string, stderr io.Writer) (options, error) {
	o := options{sizes: []int{100, 250, 500, 1000}}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&o.tags, "tags", 1000, "number of `tags` in the table, ten on an image")
	flags.DurationVar(&o.far, "latency", 50*time.Millisecond, "latency of the service, besides none")
	flags.IntVar(&o.rounds, "rounds", 5, "how often each step is measured")
	flags.IntVar(&o.starts, "starts", 21, "how often the start of each binary is measured")
	flags.StringVar(&o.write, "write", "", "the `folder` whose README.md gets the results")
	flags.Func("sizes", "the `numbers` of tags of the plot (default 100,250,500,1000)", func(text string) error {
		o.sizes = nil
		for part := range strings.SplitSeq(text, ",") {
			number, err := strconv.Atoi(part)
			if err != nil || number < 1 {
				return fmt.Errorf("%q is not a number of tags", part)
			}
			o.sizes = append(o.sizes, number)
		}
		return nil
	})
	err := flags.Parse(args)
	switch {
	case err != nil:
		return o, err
	case o.tags < 1 || o.rounds < 1 || o.starts < 1 || flags.NArg() > 0:
		return o, errors.New("-tags, -rounds and -starts are at least 1, and there is no other argument")
	case o.write != "" && o.rounds < fewestWritten:
		return o, fmt.Errorf("results of fewer than %d rounds are not written", fewestWritten)
	}
	return o, nil
}

// measure measures and reports. A limit that is not kept is an error.
func measure(ctx context.Context, o options, stdout io.Writer) (err error) {
	terraform, err := tfrun.Find(exec.LookPath)
	if err != nil {
		return err
	}
	b, err := newBench(terraform)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, b.close()) }()
	fmt.Fprintf(stdout, "Measuring %d tags on %d images, %d rounds.\n", o.tags, images(o.tags), o.rounds)
	r, err := b.results(ctx, o, func(done string) { fmt.Fprintln(stdout, "  "+done) })
	if err != nil {
		return err
	}
	verdicts, kept := r.verdicts()
	fmt.Fprintf(stdout, "\n%s\n%s", r.tables(), verdicts)
	if o.write != "" {
		if err := r.writeTo(o.write); err != nil {
			return err
		}
	}
	if !kept {
		return errors.New("a limit is not kept")
	}
	return nil
}
