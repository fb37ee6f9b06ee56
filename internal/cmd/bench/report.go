// SPDX-License-Identifier: MPL-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/cmd/section"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// Files of the repository. The docs generator copies the guide to docs/guides.
const (
	guide    = "internal/docs/templates/guides/performance.md"
	plotFile = ".github/bench.svg"
	plotLink = "https://raw.githubusercontent.com/terraform-provider-ims/terraform-provider-ims/main/" + plotFile
)

// callNames are the calls of the API as a person names them, in the order of the table.
var callNames = []struct {
	operation imstest.Operation
	name      string
}{{imstest.WriteTag, "POST"}, {imstest.DeleteTag, "DELETE"}, {imstest.ListTags, "GET"}, {imstest.ImagesByTag, "list"}}

// binaries are the figures of a provider's program.
var binaries = []struct {
	name, format string
	unit         float64 // in seconds or bytes
	most         float64 // of the floor's
	step         *step
	of           figure
}{
	{"start to handshake", "%.1f ms", 1e-3, 1.3, start, wall},
	{"peak memory", "%.1f MB", 1e6, 1.3, destroy, memory},
	{"size", "%.1f MB", 1e6, 1.35, start, size},
}

// markdown is a table. A colon after a column aligns it to the right.
func markdown(columns string, rows [][]string) string {
	var names, rules []string
	for _, column := range strings.Split(columns, "|") {
		name := strings.TrimSuffix(column, ":")
		names, rules = append(names, name), append(rules, "---"+strings.TrimPrefix(column, name))
	}
	var text strings.Builder
	for _, row := range slices.Concat([][]string{names, rules}, rows) {
		text.WriteString("| " + strings.Join(row, " | ") + " |\n")
	}
	return text.String()
}

// tables are the results of the steps and of the binaries.
func (r *results) tables() string {
	var ofSteps, ofBinaries [][]string
	for _, latency := range []time.Duration{0, far} {
		for _, s := range steps {
			ofSteps = append(ofSteps, r.row(latency, s))
		}
	}
	for _, b := range binaries {
		mine, nothing := r.median(r.at(0, b.step, ours), b.of), r.median(r.at(0, b.step, floor), b.of)
		ofBinaries = append(ofBinaries, []string{
			b.name, fmt.Sprintf(b.format, mine/b.unit), fmt.Sprintf(b.format, nothing/b.unit), fmt.Sprintf("%.2f", mine/nothing),
		})
	}
	columns := "|time:|floor:|time ÷ floor:|time ÷ quiet floor:|CPU ÷ floor:|CPU ÷ quiet floor:|calls|fewest calls:"
	return markdown(fmt.Sprintf("%d tags on %d images", r.tags, images(r.tags))+columns, ofSteps) +
		"\n" + markdown("binary|provider:|floor:|provider ÷ floor:", ofBinaries)
}

func (r *results) row(latency time.Duration, s *step) []string {
	name := s.name + ", no latency"
	if latency > 0 {
		name = fmt.Sprintf("%s, latency %s", s.name, latency)
	}
	k := r.at(latency, s, ours)
	var made []string
	for _, c := range callNames {
		if count := r.most(k, calls(c.operation)); count > 0 {
			made = append(made, fmt.Sprintf("%.0f %s", count, c.name))
		}
	}
	return []string{
		name, seconds(r.median(k, wall)), seconds(r.median(r.at(latency, s, floor), wall)),
		spread(r.ratios(k, floor, wall)), spread(r.ratios(k, quiet, wall)),
		fmt.Sprintf("%.2f", middle(r.ratios(k, floor, cpu))), fmt.Sprintf("%.2f", middle(r.ratios(k, quiet, cpu))),
		strings.Join(made, ", "), strconv.Itoa(s.least(r.tags)),
	}
}

// spread is the median of sorted ratios, with the lowest and the highest.
func spread(ratios []float64) string {
	return fmt.Sprintf("%.2f (%.2f–%.2f)", middle(ratios), ratios[0], ratios[len(ratios)-1])
}

func seconds(number float64) string { return fmt.Sprintf("%.1f s", number) }

// compare is a table with a row for each way, and the calls of all steps together.
func (r *results) compare(c comparison) string {
	var rows [][]string
	for _, s := range c.systems {
		row := []string{s.name}
		for _, step := range comparedSteps {
			row = append(row, seconds(r.median(r.at(0, step, s), wall)))
		}
		row = append(row, fmt.Sprintf("%.1f MB", r.median(r.at(0, destroy, s), memory)/1e6))
		for _, of := range []figure{logins, writes, reads} {
			sum := 0.0
			for _, step := range comparedSteps {
				sum += r.most(r.at(0, step, s), of)
			}
			row = append(row, fmt.Sprintf("%.0f", sum))
		}
		rows = append(rows, row)
	}
	columns := "|apply:|plan:|destroy:|memory:|logins:|writes:|reads:"
	return markdown(fmt.Sprintf(c.title, r.tags)+columns, rows)
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
	return errors.Join(
		section.Write(filepath.Join(folder, guide), sections),
		os.WriteFile(filepath.Join(folder, plotFile), []byte(r.plot()), 0o644), //nolint:gosec // it is part of a repository
	)
}
