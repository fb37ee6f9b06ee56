// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/cmd/section"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// Files of the repository. The docs generator copies the guide to docs/guides.
const (
	guide    = "internal/docs/templates/guides/performance.md"
	plotFile = ".github/bench.svg"
	plotLink = "https://raw.githubusercontent.com/terraform-provider-ims/terraform-provider-ims/main/" + plotFile
)

// The columns of the tables, after the first ones.
const (
	ofSteps = "time | floor | time ÷ floor | time ÷ quiet floor | CPU ÷ floor | CPU ÷ quiet floor | calls | fewest calls |\n" +
		"| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: |\n"
	ofBinaries = "provider | floor | provider ÷ floor |\n" +
		"| --- | ---: | ---: | ---: |\n"
	ofSystems = "apply | plan | destroy | memory | logins | writes | reads |\n" +
		"| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
)

// callNames are the calls of the API as a person names them, in the order of the table.
var callNames = []struct {
	operation imstest.Operation
	name      string
}{{imstest.WriteTag, "POST"}, {imstest.DeleteTag, "DELETE"}, {imstest.ListTags, "GET"}, {imstest.ImagesByTag, "list"}}

// binaries are the figures of a provider's program.
var binaries = []struct {
	name, unit string
	scale      float64 // of the unit, in seconds or bytes
	most       float64 // of the floor's
	step       *step
	of         figure
}{
	{"start to handshake", "ms", 1e-3, 1.3, start, wall},
	{"peak memory", "MB", 1e6, 1.3, destroy, memory},
	{"size", "MB", 1e6, 1.35, start, size},
}

// tables are the results of the steps and of the binaries.
func (r *results) tables() string {
	var text strings.Builder
	fmt.Fprintf(&text, "| %d tags on %d images | %s", r.tags, images(r.tags), ofSteps)
	for _, s := range steps {
		text.WriteString(r.row(s.name+", no latency", r.at(0, s, ours)))
	}
	for _, s := range steps {
		text.WriteString(r.row(fmt.Sprintf("%s, latency %s", s.name, far), r.at(far, s, ours)))
	}
	text.WriteString("\n| binary | " + ofBinaries)
	for _, b := range binaries {
		mine, nothing := r.median(r.at(0, b.step, ours), b.of), r.median(r.at(0, b.step, floor), b.of)
		fmt.Fprintf(&text, "| %s | %.1f %s | %.1f %s | %.2f |\n", b.name, mine/b.scale, b.unit, nothing/b.scale, b.unit, mine/nothing)
	}
	return text.String()
}

func (r *results) row(name string, k key) string {
	var made []string
	for _, c := range callNames {
		if count := r.most(k, calls(c.operation)); count > 0 {
			made = append(made, fmt.Sprintf("%.0f %s", count, c.name))
		}
	}
	return fmt.Sprintf("| %s | %.1f s | %.1f s | %s | %s | %.2f | %.2f | %s | %d |\n",
		name, r.median(k, wall), r.median(r.at(k.latency, k.step, floor), wall),
		spread(r.ratios(k, floor, wall)), spread(r.ratios(k, quiet, wall)),
		middle(r.ratios(k, floor, cpu)), middle(r.ratios(k, quiet, cpu)),
		strings.Join(made, ", "), k.step.least(r.tags))
}

// spread is the median of sorted ratios, with the lowest and the highest.
func spread(ratios []float64) string {
	return fmt.Sprintf("%.2f (%.2f–%.2f)", middle(ratios), ratios[0], ratios[len(ratios)-1])
}

// compare is a table with a row for each way, and the calls of all steps together.
func (r *results) compare(c comparison) string {
	var text strings.Builder
	fmt.Fprintf(&text, "| "+c.title+" | %s", r.tags, ofSystems)
	for _, s := range c.systems {
		text.WriteString("| " + s.name)
		for _, step := range comparedSteps {
			fmt.Fprintf(&text, " | %.1f s", r.median(r.at(0, step, s), wall))
		}
		fmt.Fprintf(&text, " | %.1f MB", r.median(r.at(0, destroy, s), memory)/1e6)
		for _, of := range []figure{logins, writes, reads} {
			sum := 0.0
			for _, step := range comparedSteps {
				sum += r.most(r.at(0, step, s), of)
			}
			fmt.Fprintf(&text, " | %.0f", sum)
		}
		text.WriteString(" |\n")
	}
	return text.String()
}

// section is the section of the guide.
func (r *results) section() string {
	return fmt.Sprintf("%s on %s/%s, %d cores: medians of %d rounds, with the lowest and the highest value.\n\n%s"+
		"\n![Time and calls against the number of tags](%s)\n",
		r.version, runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), r.rounds, r.tables(), plotLink)
}

// writeTo writes the results into the guide of a repository, and the plot beside it.
func (r *results) writeTo(folder string) error {
	sections := map[string]string{"bench": r.section(), "bench-regions": r.compare(ofRegions), "bench-sets": r.compare(ofSets)}
	var drawn bytes.Buffer
	return errors.Join(
		section.Write(filepath.Join(folder, guide), sections),
		plot.Execute(&drawn, r.panels()),
		os.WriteFile(filepath.Join(folder, plotFile), drawn.Bytes(), 0o644), //nolint:gosec // it is part of a repository
	)
}
