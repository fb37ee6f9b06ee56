// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

var (
	// choice is what a script says for a Terraform that announces applies, and for others.
	choice = regexp.MustCompile(`\{([^{}|]*)\|([^{}|]*)\}`)

	summary = regexp.MustCompile(`(?m)^(Plan: |No changes\.|Apply complete!|Import successful!).*\n`)
	changed = regexp.MustCompile(`(?m)^(  # |      ~ ).*\n`)
)

// play does what a script says. What is printed then has to be the next lines of the script.
func (d *demo) play(ctx context.Context, script string) error {
	for name, id := range d.images {
		script = strings.ReplaceAll(script, "{"+name+"}", id)
	}
	chosen := "$2"
	if tfrun.AnnouncesApplies(d.version) {
		chosen = "$1"
	}
	script = strings.ReplaceAll(choice.ReplaceAllString(script, chosen), "$ terraform ", "$ "+d.program+" ")
	lines := slices.Collect(strings.Lines(script))
	for len(lines) > 0 {
		if instruction, ok := strings.CutPrefix(lines[0], "@"); ok {
			if err := d.change(strings.Fields(instruction)); err != nil {
				return err
			}
			lines = lines[1:]
			continue
		}
		got, err := d.happens(ctx, lines[0])
		if err != nil {
			return err
		}
		if err := d.print(got); err != nil {
			return err
		}
		expected := min(max(strings.Count(got, "\n"), 1), len(lines))
		if want := strings.Join(lines[:expected], ""); got != want {
			return fmt.Errorf("expected instead:\n%s", strings.TrimSuffix(want, "\n"))
		}
		lines = lines[expected:]
	}
	return nil
}

// change changes a tag outside of Terraform, or adds one to the configuration.
func (d *demo) change(words []string) error {
	verb, image, key, value := words[0], words[1], words[2], strings.Join(words[3:], "")
	switch verb {
	case "set":
		d.mock.SetTag(d.images[image], key, value)
	case "remove":
		d.mock.RemoveTag(d.images[image], key)
	case "manage":
		return d.Write(key+".tf", fmt.Sprintf("resource \"ims_image_tag\" %q {\n  image_id = var.images[%q]\n  key = %q\n  value = %q\n}\n",
			key, image, key, value))
	default:
		return fmt.Errorf("the script has the unknown instruction %s", verb)
	}
	return nil
}

// happens returns what there is to print where a script has a line.
func (d *demo) happens(ctx context.Context, line string) (string, error) {
	if typed, ok := strings.CutPrefix(line, "   $ "+d.program+" "); ok {
		printed, err := d.terraform(ctx, strings.TrimSpace(typed))
		return line + summaryOf(printed), err
	}
	switch {
	case strings.HasPrefix(line, "     # "):
		return changesOf(d.last), nil
	case strings.HasPrefix(line, "   Tags "):
		var tags []tags
		for _, name := range imageNames {
			tags = append(tags, d.mock.Tags(d.images[name]))
		}
		return line + tableOf(imageNames, tags), nil
	case strings.HasPrefix(line, "   Calls: "):
		defer d.mock.ResetLog()
		get, post, remove := d.mock.Count(imstest.ListTags), d.mock.Count(imstest.WriteTag, imstest.BatchTags), d.mock.Count(imstest.DeleteTag)
		if others := d.mock.Count() - get - post - remove; others > 0 {
			return "", fmt.Errorf("there are %d calls of other operations", others)
		}
		return fmt.Sprintf("   Calls: %d GET, %d POST, %d DELETE.\n", get, post, remove), nil
	}
	return line, nil
}

// summaryOf returns the line in which Terraform sums up what a command did. There is none if only outputs change.
func summaryOf(printed string) string {
	return summary.ReplaceAllString(summary.FindString(printed), "   $0")
}

// changesOf returns the lines of a plan that name a resource and the values that change.
func changesOf(printed string) string {
	return changed.ReplaceAllString(strings.Join(changed.FindAllString(printed, -1), ""), "   $0")
}

// tags are the tags of an image.
type tags = map[string]string

// tableOf has a line for each image, with a column for each key.
func tableOf(images []string, of []tags) string {
	keys := make(tags)
	for _, held := range of {
		maps.Copy(keys, held)
	}
	columns := slices.Sorted(maps.Keys(keys))
	var text strings.Builder
	aligned := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
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
	_ = aligned.Flush() // into memory
	return text.String()
}
