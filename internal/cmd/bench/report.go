// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/cmd/section"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// Files of the repository. The docs generator copies the guide to docs/guides.
const (
	guide      = "internal/docs/templates/guides/performance.md"
	plotFolder = ".github/bench"
	plotLink   = "https://raw.githubusercontent.com/terraform-provider-ims/terraform-provider-ims/main/" + plotFolder
)

// callNames are the calls of the API as a person names them, in the order of the table.
var callNames = []struct {
	operation imstest.Operation
	name      string
}{
	{imstest.WriteTag, "POST"},
	{imstest.DeleteTag, "DELETE"},
	{imstest.ListTags, "GET"},
	{imstest.ImagesByTag, "list"},
}

// tables are the results in Markdown.
func (r *results) tables() string {
	var text strings.Builder
	fmt.Fprintf(&text, "| %d tags on %d images | time | floor | time ÷ floor | time ÷ quiet floor | "+
		"CPU ÷ floor | CPU ÷ quiet floor | calls | least calls |\n", r.tags, images(r.tags))
	text.WriteString("| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: |\n")
	for _, latency := range []time.Duration{0, far} {
		named := "no latency"
		if latency > 0 {
			named = "latency " + latency.String()
		}
		for _, s := range steps {
			m := r.samples[setting{r.tags, latency}][s.name]
			fmt.Fprintf(&text, "| %s, %s | %.1f s | %.1f s | %s | %s | %.2f | %.2f | %s | %d |\n", s.name, named,
				m.wall(ours), m.wall(floor), spread(m.wallRatios(floor)), spread(m.wallRatios(quiet)),
				m.cpuRatio(floor), m.cpuRatio(quiet), m.callList(), leastCalls(s, r.tags))
		}
	}
	text.WriteString("\n| binary | provider | floor | provider ÷ floor |\n| --- | ---: | ---: | ---: |\n")
	for _, f := range r.binaries {
		mine, nothing := f.of(ours), f.of(floor)
		fmt.Fprintf(&text, "| %s | "+f.format+" | "+f.format+" | %.2f |\n", f.name, mine/f.unit, nothing/f.unit, mine/nothing)
	}
	return text.String()
}

// spread is the median of sorted ratios, with the lowest and the highest.
func spread(ratios []float64) string {
	return fmt.Sprintf("%.2f (%.2f–%.2f)", middle(ratios), ratios[0], ratios[len(ratios)-1])
}

func (r rounds) callList() string {
	var made []string
	for _, c := range callNames {
		if count := r.calls(ours, only(c.operation)); count > 0 {
			made = append(made, fmt.Sprintf("%d %s", count, c.name))
		}
	}
	return strings.Join(made, ", ")
}

// leastCalls is how many calls a step makes if it knows beforehand what has changed: one for each write, and the listing
// of all images where it may be used.
func leastCalls(s step, tags int) int {
	const listed = 1000 // images in a call
	listing := (images(tags) + listed - 1) / listed
	switch s.name {
	case apply.name:
		return tags
	case singlePlan.name:
		return images(tags)
	case destroy.name:
		return tags + listing
	}
	return listing
}

// section is the section of the guide.
func (r *results) section() string {
	return fmt.Sprintf("%s on %s/%s, %d cores: medians of %d rounds, with the lowest and the highest value.\n\n%s"+
		"\n<picture>\n  <source media=\"(prefers-color-scheme: dark)\" srcset=\"%s/dark.svg\">\n"+
		"  <img alt=\"Time and calls against the number of tags\" src=\"%s/light.svg\">\n</picture>\n",
		r.version, runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), r.rounds, r.tables(),
		plotLink, plotLink)
}

// writeTo writes the results into the guide of a repository, and the plots into their folder.
func (r *results) writeTo(folder string) error {
	sections := map[string]string{
		"bench":         r.section(),
		"bench-regions": r.regions.markdown(regionComparison, r.tags),
		"bench-sets":    r.sets.markdown(setComparison, r.tags),
	}
	if err := section.Write(filepath.Join(folder, guide), sections); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Join(folder, plotFolder), 0o755); err != nil { //nolint:gosec // it is part of a repository
		return err
	}
	for _, t := range themes {
		name := filepath.Join(folder, plotFolder, t.name+".svg")
		if err := os.WriteFile(name, []byte(r.plot(t)), 0o644); err != nil { //nolint:gosec // it is part of a repository
			return err
		}
	}
	return nil
}
