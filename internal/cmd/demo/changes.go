package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	tfjson "github.com/hashicorp/terraform-json"
)

// change is what a plan would do to a resource.
type change struct {
	action  string // create, update or delete
	address string
	before  string // the tag's value
	after   string
}

func changes(plan tfjson.Plan) []change {
	var all []change
	for _, r := range plan.ResourceChanges {
		if r.Change.Actions.NoOp() {
			continue
		}
		var actions []string
		for _, action := range r.Change.Actions {
			actions = append(actions, string(action))
		}
		all = append(all, change{
			action:  strings.Join(actions, " and "),
			address: r.Address,
			before:  tagValue(r.Change.Before),
			after:   tagValue(r.Change.After),
		})
	}
	return all
}

// tagValue returns the value of a tag in a plan, or nothing where there is no tag.
func tagValue(resource any) string {
	attributes, ok := resource.(map[string]any)
	if !ok {
		return ""
	}
	return fmt.Sprintf("%q", attributes["value"])
}

func (c change) String() string {
	switch c.action {
	case "update":
		return fmt.Sprintf("~ update %s: %s -> %s", c.address, c.before, c.after)
	case "create":
		return fmt.Sprintf("+ create %s: %s", c.address, c.after)
	case "delete":
		return fmt.Sprintf("- delete %s: %s", c.address, c.before)
	default:
		return c.action + " " + c.address
	}
}

// count returns how many changes have an action.
func count(all []change, action string) int {
	n := 0
	for _, c := range all {
		if c.action == action {
			n++
		}
	}
	return n
}

// table is a line of headings and a line for each image, with a column for each key.
func table(images []string, tags []map[string]string) []string {
	keys := make(map[string]bool)
	for _, held := range tags {
		for key := range held {
			keys[key] = true
		}
	}
	columns := slices.Sorted(maps.Keys(keys))

	var text strings.Builder
	aligned := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(aligned, strings.Join(append([]string{"image"}, columns...), "\t"))
	for i, image := range images {
		cells := []string{image}
		for _, key := range columns {
			value, ok := tags[i][key]
			if !ok {
				value = "-"
			}
			cells = append(cells, value)
		}
		fmt.Fprintln(aligned, strings.Join(cells, "\t"))
	}
	_ = aligned.Flush() // a Builder takes all
	return strings.Split(strings.TrimSpace(text.String()), "\n")
}

// tagList is one line of tags, sorted by key.
func tagList(tags map[string]string) string {
	if len(tags) == 0 {
		return "(no tags)"
	}
	var list []string
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, key+"="+tags[key])
	}
	return strings.Join(list, "  ")
}
