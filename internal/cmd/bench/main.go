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

const tagsPerImage = 10

// publishable is how many rounds results have that others are to read.
const publishable = 3

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
	far    time.Duration // the latency of the service in the second table, and in the plot
	rounds int
	starts int    // of each binary
	write  string // the repository whose guide gets the results; empty: they are only printed
}

// run measures, and returns the exit code: 0 if all bars are met.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return exitUsage // parse has said why
	}
	met, err := measure(ctx, o, stdout)
	if err != nil {
		fmt.Fprintln(stderr, "bench:", err)
		return exitFailed
	}
	if !met {
		fmt.Fprintln(stderr, "bench: a bar is not met")
		return exitFailed
	}
	return 0
}

func parse(args []string, stderr io.Writer) (options, error) {
	o := options{sizes: []int{100, 250, 500, 1000}}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&o.tags, "tags", 1000, "how many `tags` the table is about, ten on an image")
	flags.DurationVar(&o.far, "latency", 50*time.Millisecond, "how long the service takes, besides not at all")
	flags.IntVar(&o.rounds, "rounds", 5, "how often each step is measured")
	flags.IntVar(&o.starts, "starts", 21, "how often the start of each binary is measured")
	flags.StringVar(&o.write, "write", "", "the `folder` of the repository whose Performance guide gets the results")
	flags.Func("sizes", "the `numbers` of tags of the plot (default 100,250,500,1000)", func(text string) (err error) {
		o.sizes, err = numbers(text)
		return err
	})
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if o.tags < 1 || o.rounds < 1 || o.starts < 1 || flags.NArg() > 0 {
		err := errors.New("-tags, -rounds and -starts are at least 1, and there is no other argument")
		fmt.Fprintln(stderr, err)
		return o, err
	}
	if o.write != "" && o.rounds < publishable {
		err := fmt.Errorf("results of fewer than %d rounds are not worth writing down", publishable)
		fmt.Fprintln(stderr, err)
		return o, err
	}
	return o, nil
}

func numbers(text string) ([]int, error) {
	var all []int
	for part := range strings.SplitSeq(text, ",") {
		number, err := strconv.Atoi(part)
		if err != nil || number < 1 {
			return nil, fmt.Errorf("%q is not a number of tags", part)
		}
		all = append(all, number)
	}
	return all, nil
}

// measure measures all there is, and reports whether all bars are met.
func measure(ctx context.Context, o options, stdout io.Writer) (met bool, err error) {
	terraform, err := tfrun.Find(exec.LookPath)
	if err != nil {
		return false, err
	}
	b, err := newBench(ctx, terraform)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()

	fmt.Fprintf(stdout, "Measuring %d tags on %d images, %d rounds.\n", o.tags, images(o.tags), o.rounds)
	r, err := b.results(ctx, o, func(done string) { fmt.Fprintln(stdout, "  "+done) })
	if err != nil {
		return false, err
	}
	fmt.Fprintf(stdout, "\n%s\n%s", r.table(), r.verdicts())
	if o.write != "" {
		if err := r.writeTo(o.write); err != nil {
			return false, err
		}
	}
	return r.met(), nil
}
