// SPDX-License-Identifier: MPL-2.0

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
	"os/signal"
	"syscall"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

func main() {
	if launched := os.Getenv(launchVariable); launched != "" {
		os.Exit(launch(launched))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout)
	stop()
	if err != nil && !errors.Is(err, flag.ErrHelp) {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// options say what is measured.
type options struct {
	tags   int   // of the tables
	sizes  []int // of the plot, in tags; the last is that of the tables
	rounds int
	write  string // the repository whose guide gets the results; empty: they are only printed
}

func parse(args []string, output io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(output)
	flags.IntVar(&o.tags, "tags", 1000, "number of `tags` in the tables, ten on an image")
	flags.IntVar(&o.rounds, "rounds", 3, "how often each step is measured")
	flags.StringVar(&o.write, "write", "", "the `folder` of the repository whose Performance guide gets the results")
	err := flags.Parse(args)
	o.sizes = []int{o.tags / 10, o.tags / 4, o.tags / 2, o.tags}
	switch {
	case err != nil:
		return o, err
	case o.tags < tagsPerImage || o.rounds < 1 || flags.NArg() > 0:
		return o, errors.New("-tags is at least 10, -rounds at least 1, and there is no other argument")
	case o.write != "" && o.rounds < 3:
		return o, errors.New("results of fewer than 3 rounds are not written")
	}
	return o, nil
}

// run measures and reports. A limit that is not kept is an error.
func run(ctx context.Context, args []string, stdout io.Writer) error {
	o, err := parse(args, stdout)
	if err != nil {
		return err
	}
	terraform, err := tfrun.Find(tfrun.LookPath)
	if err != nil {
		return err
	}
	r, err := measure(ctx, o, terraform, stdout)
	if err != nil {
		return err
	}
	verdicts, kept := r.verdicts()
	fmt.Fprintf(stdout, "\n%s\n%s\n%s\n%s", r.tables(), r.compare(ofRegions), r.compare(ofSets), verdicts)
	if o.write != "" {
		err = r.writeTo(o.write)
	}
	if !kept {
		err = errors.Join(err, errors.New("a limit is not kept"))
	}
	return err
}
