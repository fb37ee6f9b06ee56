package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// guide is the page with the results, in the folder of the repository. The docs generator copies it to docs/guides.
const guide = "internal/docs/templates/guides/performance.md"

// The lines of the guide between which the results stand.
const (
	beginMark = "<!-- bench:begin -->"
	endMark   = "<!-- bench:end -->"
)

const (
	plotFolder = ".github/bench"       // where the plots are, in the folder of the repository
	plotLink   = "../../" + plotFolder // the same, seen from docs/guides
)

// kinds are the calls of the service, as a person names them, in this order.
var kinds = []struct {
	operation imstest.Operation
	name      string
}{
	{imstest.WriteTag, "POST"},
	{imstest.DeleteTag, "DELETE"},
	{imstest.ListTags, "GET"},
	{imstest.ImagesByTag, "list"},
}

// table is the results as a person reads them, in Markdown.
func (r *results) table() string {
	var text strings.Builder
	fmt.Fprintf(&text, "| %d tags on %d images | time | floor | time ÷ floor | time ÷ quiet floor | "+
		"CPU ÷ floor | CPU ÷ quiet floor | calls | least calls |\n", r.tags, images(r.tags))
	text.WriteString("| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- | ---: |\n")
	for _, latency := range []time.Duration{0, r.far} {
		for _, step := range steps {
			trials := r.samples[setting{r.tags, latency}][step.name]
			fmt.Fprintf(&text, "| %s, %s | %s | %s | %s | %s | %.2f | %.2f | %s | %d |\n", step.name, named(latency),
				seconds(wall(trials, ours)), seconds(wall(trials, floor)), spread(wallRatios(trials, floor)), spread(wallRatios(trials, quiet)),
				cpuRatio(trials, floor), cpuRatio(trials, quiet), kindsOf(trials), least(step.name, r.tags))
		}
	}
	text.WriteString("\n| binary | provider | floor | provider ÷ floor |\n| --- | ---: | ---: | ---: |\n")
	fmt.Fprintf(&text, "| start to handshake | %s | %s | %.2f |\n",
		milliseconds(r.ours.start), milliseconds(r.floor.start), ratio(r.ours.start, r.floor.start))
	fmt.Fprintf(&text, "| memory at the most | %s | %s | %.2f |\n",
		megabytes(r.ours.memory), megabytes(r.floor.memory), ratio(r.ours.memory, r.floor.memory))
	fmt.Fprintf(&text, "| size | %s | %s | %.2f |\n", megabytes(r.ours.size), megabytes(r.floor.size), ratio(r.ours.size, r.floor.size))
	return text.String()
}

func named(latency time.Duration) string {
	if latency == 0 {
		return "no latency"
	}
	return "latency " + latency.String()
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.1f s", d.Seconds()) }

// spread is the median of sorted ratios, and the least and the most of them.
func spread(ratios []float64) string {
	return fmt.Sprintf("%.2f (%.2f–%.2f)", middle(ratios), ratios[0], ratios[len(ratios)-1])
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f MB", float64(n)/1e6) }

// kindsOf is how many calls of each kind a step made at the most.
func kindsOf(trials []trial) string {
	var made []string
	for _, kind := range kinds {
		if count := calls(trials, kind.operation); count > 0 {
			made = append(made, fmt.Sprintf("%d %s", count, kind.name))
		}
	}
	return strings.Join(made, ", ")
}

// least is how many calls a step takes if it knows everything beforehand: one a write, and the listing of all images
// where it may be used.
func least(step string, tags int) int {
	const listed = 1000 // images in a call
	listing := (images(tags) + listed - 1) / listed
	switch step {
	case apply.name:
		return tags
	case singlePlan.name:
		return images(tags)
	case destroy.name:
		return tags + listing
	}
	return listing
}

// section is what the guide says.
func (r *results) section() string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s on %s/%s, %d cores: medians of %d rounds, and the least and the most.\n\n",
		r.version, runtime.GOOS, runtime.GOARCH, runtime.GOMAXPROCS(0), r.rounds)
	text.WriteString(r.table())
	fmt.Fprintf(&text, "\n<picture>\n  <source media=\"(prefers-color-scheme: dark)\" srcset=%q>\n  <img alt=%q src=%q>\n</picture>\n",
		plotLink+"/dark.svg", "Time and calls against the number of tags", plotLink+"/light.svg")
	return text.String()
}

// writeTo puts the results into the guide of a repository, and the plots into their folder.
func (r *results) writeTo(folder string) error {
	path := filepath.Join(folder, guide)
	content, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	changed, err := replaceSection(string(content), r.section())
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	files := map[string]string{path: changed}
	for _, t := range themes {
		files[filepath.Join(folder, plotFolder, t.name+".svg")] = r.plot(t)
	}
	if err := os.MkdirAll(filepath.Join(folder, plotFolder), 0o755); err != nil { //nolint:gosec // it is part of a repository
		return err
	}
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil { //nolint:gosec // they are part of a repository
			return err
		}
	}
	return nil
}

// replaceSection replaces what stands between the marks.
func replaceSection(text, section string) (string, error) {
	before, rest, begun := strings.Cut(text, beginMark+"\n")
	_, after, ended := strings.Cut(rest, endMark)
	if !begun || !ended {
		return "", fmt.Errorf("it has no lines %s and %s", beginMark, endMark)
	}
	return before + beginMark + "\n" + section + endMark + after, nil
}
