package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// run runs a step. A result that was not expected is an error.
func (d *demo) run(ctx context.Context, s step) error {
	for _, t := range s.outside {
		d.edit(t)
	}
	if s.config != "" {
		if err := d.Write("added.tf", s.config); err != nil {
			return err
		}
	}
	for _, c := range s.commands {
		if err := d.runCommand(ctx, c); err != nil {
			return err
		}
	}
	if err := d.checkChanges(ctx, s.changes); err != nil {
		return err
	}
	if err := d.checkTags(s.tags); err != nil {
		return err
	}
	return d.checkCalls(s.calls)
}

// edit changes a tag outside of Terraform.
func (d *demo) edit(t tag) {
	if t.value == "" {
		d.mock.RemoveTag(d.images[t.image], t.key)
		return
	}
	d.mock.SetTag(d.images[t.image], t.key, t.value)
}

func (d *demo) runCommand(ctx context.Context, c command) error {
	typed := c.typed
	for name, id := range d.images {
		typed = strings.ReplaceAll(typed, "{"+name+"}", id)
	}
	printed, err := d.terraform(ctx, typed)
	if err != nil {
		return err
	}
	got := summaryOf(printed)
	fmt.Fprintf(d.stdout, "   $ %s %s\n", d.program, typed)
	if got != "" {
		fmt.Fprintf(d.stdout, "   %s\n", got)
	}
	if got != c.summary {
		return fmt.Errorf("the summary of %s should be %q", c.typed, c.summary)
	}
	return nil
}

func (d *demo) checkChanges(ctx context.Context, want []string) error {
	if want == nil {
		return nil
	}
	got, err := d.plannedChanges(ctx)
	if err != nil {
		return err
	}
	for _, line := range got {
		fmt.Fprintf(d.stdout, "     %s\n", line)
	}
	if !slices.Equal(got, want) {
		return fmt.Errorf("the plan should be: %q", want)
	}
	return nil
}

func (d *demo) checkTags(want []tags) error {
	if want == nil {
		return nil
	}
	fmt.Fprintln(d.stdout, "   Tags in the service:")
	got := make([]tags, len(imageNames))
	for i, name := range imageNames {
		got[i] = d.mock.Tags(d.images[name])
	}
	printTable(d.stdout, imageNames, got)
	for i, name := range imageNames {
		if !maps.Equal(got[i], want[i]) {
			return fmt.Errorf("%s should have the tags %v", name, want[i])
		}
	}
	return nil
}

// printTable prints a line for each image, with a column for each key.
func printTable(w io.Writer, images []string, of []tags) {
	keys := make(map[string]bool)
	for _, held := range of {
		for key := range held {
			keys[key] = true
		}
	}
	columns := slices.Sorted(maps.Keys(keys))
	aligned := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintf(aligned, "     image\t%s\n", strings.Join(columns, "\t"))
	for i, image := range images {
		cells := []string{"     " + image}
		for _, key := range columns {
			value, ok := of[i][key]
			if !ok {
				value = "-"
			}
			cells = append(cells, value)
		}
		fmt.Fprintln(aligned, strings.Join(cells, "\t"))
	}
	_ = aligned.Flush() // a failed write cancels the demo
}

// calls are the numbers of calls of the API.
type calls map[imstest.Operation]int

func (c calls) String() string {
	return fmt.Sprintf("%d GET, %d POST, %d DELETE", c[imstest.ListTags], c[imstest.WriteTag]+c[imstest.BatchTags], c[imstest.DeleteTag])
}

// checkCalls looks at the calls since the last step.
func (d *demo) checkCalls(want calls) error {
	got := make(calls)
	for _, r := range d.mock.Requests() {
		got[r.Operation]++
	}
	d.mock.ResetLog()
	fmt.Fprintf(d.stdout, "   Calls: %s.\n", got)
	if !maps.Equal(got, want) {
		return fmt.Errorf("the calls should be: %s", want)
	}
	return nil
}
