// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// TestMain is also what Terraform starts as a provider.
func TestMain(m *testing.M) {
	if launched := os.Getenv(launchVariable); launched != "" {
		os.Exit(launch(launched))
	}
	os.Exit(m.Run())
}

// A small run measures all there is, and writes it where it belongs. Whether the limits are kept says nothing here.
func TestBenchMeasuresAllThereIs(t *testing.T) {
	t.Parallel()
	terraform, err := tfrun.Find(tfrun.LookPath)
	if err != nil {
		t.Fatal(err)
	}
	var done bytes.Buffer
	r, err := measure(t.Context(), options{tags: 20, sizes: []int{20}, rounds: 2}, terraform, &done)
	if err != nil {
		t.Fatal(err)
	}

	want := map[*step]map[imstest.Operation]int{
		apply:      {imstest.ListTags: readsOfApply(r), imstest.WriteTag: 20},
		plan:       {imstest.ListTags: 2},
		singlePlan: {imstest.ListTags: 2},
		destroy:    {imstest.ListTags: 2, imstest.DeleteTag: 20},
	}
	for step, counts := range want {
		for _, latency := range []time.Duration{0, far} {
			of := func(s *system) []sample { return r.samples[r.at(latency, step, s)] }
			if len(of(ours)) != 2 || len(of(floor)) != 2 || len(of(quiet)) != 2 || len(of(floor)[0].calls) > 0 || len(of(quiet)[0].calls) > 0 {
				t.Errorf("the %s at %s was measured as %+v, %+v, %+v", step.name, latency, of(ours), of(floor), of(quiet))
			}
			for _, measured := range of(ours) {
				if !maps.Equal(measured.calls, counts) || measured.wall <= 0 || measured.cpu <= 0 {
					t.Errorf("the %s at %s was measured as %+v, want the calls %v", step.name, latency, measured, counts)
				}
			}
		}
	}
	for i, least := range []float64{1e-9, 1e6, 1e6} {
		for _, s := range []*system{ours, floor} {
			if f := binaries[i]; r.median(r.at(0, f.step, s), f.of) < least {
				t.Errorf("%s of %s is %f", f.name, s.name, r.median(r.at(0, f.step, s), f.of))
			}
		}
	}
	if got := len(r.samples[r.at(0, start, ours)]); got != 9 {
		t.Errorf("the start was measured %d times", got)
	}
	if got, took := r.most(r.at(0, apply, sets), writes), r.median(r.at(0, destroy, sets), memory); got != 2 || took < 1e6 {
		t.Errorf("an apply of two sets made %.0f writes, and took %.0f bytes", got, took)
	}
	for _, s := range ofRegions.systems {
		// An apply and a destroy log in to each region twice, a plan once: with aliases, each process does it for its own.
		if got, took := r.most(r.at(0, plan, s), logins), r.median(r.at(0, destroy, s), memory); got != 4 || took < 1e6 {
			t.Errorf("%s: a plan logged in %.0f times, and all took %.0f bytes", s.name, got, took)
		}
		if got := r.most(r.at(0, apply, s), calls(imstest.WriteTag)); got != 20 {
			t.Errorf("%s: an apply wrote %.0f tags", s.name, got)
		}
	}
	if strings.Count(done.String(), "\n") != 5 {
		t.Errorf("it printed %q", done.String())
	}
	expectWritten(t, r)
}

// readsOfApply is the number of reads in an apply of new tags of two images. If the apply is not announced, its plans read as well.
func readsOfApply(r *results) int {
	if tfrun.AnnouncesApplies(r.version) {
		return 2
	}
	return 4
}

func expectWritten(t *testing.T, r *results) {
	t.Helper()
	folder := t.TempDir()
	page := filepath.Join(folder, guide)
	if err := errors.Join(os.MkdirAll(filepath.Dir(page), 0o700), os.Mkdir(filepath.Join(folder, ".github"), 0o700)); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(page, []byte("before\n<!-- bench:begin -->\nold\n<!-- bench:end -->\nafter\n<!-- bench-regions:begin -->\n<!-- bench-regions:end -->\n<!-- bench-sets:begin -->\n<!-- bench-sets:end -->\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time replaces the first
		if err := r.writeTo(folder); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	text := string(content)
	if !strings.HasPrefix(text, "before\n<!-- bench:begin -->\n") || !strings.Contains(text, "bench.svg)\n<!-- bench:end -->\nafter\n<!-- bench-regions:begin -->\n| 20 tags in 4 regions |") ||
		!strings.Contains(text, "\n| one provider block | ") || !strings.Contains(text, "\n| four aliases | ") ||
		strings.Contains(text, "old") || strings.Count(text, "\n| apply, ") != 2 || !strings.Contains(text, "\n| 20 tags, 10 on each image |") || strings.Count(text, " MB | ") != 8 || strings.Count(text, " ms | ") != 2 || !strings.Contains(text, fmt.Sprintf("| 20 POST, %d GET | 20 |", readsOfApply(r))) {
		t.Errorf("the guide is\n%s", text)
	}
	expectPlot(t, filepath.Join(folder, plotFile))
}

func expectPlot(t *testing.T, name string) {
	t.Helper()
	file, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	decoder, paths := xml.NewDecoder(file), 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if element, ok := token.(xml.StartElement); ok && element.Name.Local == "path" {
			paths++
		}
	}
	if paths != 3*6+3*2*2 { // lines of the grid; two curves a panel, each here and in the legend
		t.Errorf("the plot has %d paths", paths)
	}
}

// measured returns results of which each keeps its limit, by a little.
func measured() *results {
	write, read, list, remove := imstest.WriteTag, imstest.ListTags, imstest.ImagesByTag, imstest.DeleteTag
	r := &results{options: options{tags: 1000, rounds: 1}, samples: make(map[key][]sample)}
	add := func(latency time.Duration, step *step, s *system, one sample) {
		r.samples[r.at(latency, step, s)] = []sample{one}
	}
	for _, latency := range []time.Duration{0, far} {
		for _, step := range steps {
			add(latency, step, floor, sample{wall: 1, cpu: 1, memory: 100})
			add(latency, step, quiet, sample{wall: 2, cpu: 2})
		}
	}
	add(0, apply, ours, sample{wall: 1.079, calls: map[imstest.Operation]int{write: 1000, read: 100}})
	add(0, plan, ours, sample{wall: 1.079, calls: map[imstest.Operation]int{read: 99, list: 1}})
	add(0, singlePlan, ours, sample{wall: 1.079, calls: map[imstest.Operation]int{read: 100}})
	add(0, destroy, ours, sample{wall: 1.099, memory: 129, calls: map[imstest.Operation]int{read: 100, remove: 1000}})
	add(far, apply, ours, sample{wall: 6.99, calls: map[imstest.Operation]int{write: 1000}})
	add(far, plan, ours, sample{wall: 1.065, calls: map[imstest.Operation]int{read: 10, list: 1}})
	add(far, singlePlan, ours, sample{wall: 1.59, calls: map[imstest.Operation]int{read: 100}})
	add(far, destroy, ours, sample{wall: 7.59, calls: map[imstest.Operation]int{read: 100, remove: 1000}})
	add(0, start, ours, sample{wall: 129, size: 134})
	add(0, start, floor, sample{wall: 100, size: 100})
	add(0, destroy, oneBlock, sample{memory: 99})
	add(0, destroy, aliases, sample{memory: 100})
	add(0, apply, sets, sample{calls: map[imstest.Operation]int{imstest.BatchTags: 100}})
	return r
}

func TestLimits(t *testing.T) {
	t.Parallel()
	if verdicts, kept := measured().verdicts(); !kept {
		t.Fatalf("what keeps all limits does not:\n%s", verdicts)
	}
	slower := func(by float64) func(*sample) { return func(s *sample) { s.wall += by } }
	more := func(o imstest.Operation) func(*sample) { return func(s *sample) { s.calls[o]++ } }
	cases := map[string]struct {
		latency time.Duration
		step    *step
		system  *system
		change  func(*sample)
		missed  string
	}{
		"a slow apply":        {0, apply, ours, slower(1.079), "apply, time ÷ floor: 2.158, at most 1.08"},
		"a tag too many":      {0, apply, ours, more(imstest.WriteTag), "apply, writes: 1001, exactly 1000"},
		"a read too many":     {0, apply, ours, more(imstest.ListTags), "apply, other calls: 101, at most 100"},
		"a slow plan":         {0, plan, ours, slower(1.079), "plan, time ÷ floor: 2.158, at most 1.08"},
		"a list too many":     {0, plan, ours, more(imstest.ImagesByTag), "plan, other calls: 101, at most 100"},
		"a write of a plan":   {0, plan, ours, more(imstest.WriteTag), "plan, writes: 1, exactly 0"},
		"a quick quiet floor": {0, plan, quiet, slower(-1.01), "plan, time ÷ quiet floor: 1.0899, at most 1.08"},
		"a slow destroy":      {0, destroy, ours, slower(1.099), "destroy, time ÷ floor: 2.198, at most 1.1"},
		"a delete too few":    {0, destroy, ours, func(s *sample) { s.calls[imstest.DeleteTag]-- }, "destroy, writes: 999, exactly 1000"},
		"a read not needed":   {0, destroy, ours, more(imstest.ListTags), "destroy, other calls: 101, at most 100"},
		"a slow single plan":  {0, singlePlan, ours, slower(1.079), "plan, bulk_reads off, time ÷ floor: 2.158, at most 1.08"},
		"a read of a single plan too many": {
			0, singlePlan, ours, more(imstest.ListTags), "plan, bulk_reads off, other calls: 101, at most 100",
		},
		"a slow far apply":         {far, apply, ours, slower(0.02), "apply at 50ms, seconds added: 6.01, at most 6"},
		"a slow far plan":          {far, plan, ours, slower(0.02), "plan at 50ms, seconds added: 0.085, at most 0.066"},
		"a slow far destroy":       {far, destroy, ours, slower(0.02), "destroy at 50ms, seconds added: 6.61, at most 6.6"},
		"a slow start":             {0, start, ours, slower(2), "start to handshake, provider ÷ floor: 1.31, at most 1.3"},
		"a large binary":           {0, start, ours, func(s *sample) { s.size = 136 }, "size, provider ÷ floor: 1.36, at most 1.35"},
		"much memory":              {0, destroy, ours, func(s *sample) { s.memory = 131 }, "peak memory, provider ÷ floor: 1.31, at most 1.3"},
		"no less memory":           {0, destroy, oneBlock, func(s *sample) { s.memory = 100 }, "memory, one provider block ÷ four aliases: 1, at most 0.999"},
		"a write of sets too many": {0, apply, sets, more(imstest.WriteTag), "apply of sets, writes: 101, exactly 100"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := measured()
			c.change(&r.samples[r.at(c.latency, c.step, c.system)][0])
			if verdicts, kept := r.verdicts(); kept || strings.Count(verdicts, "MISSED") != 1 || !strings.Contains(verdicts, "MISSED  "+c.missed+"\n") {
				t.Errorf("the verdicts are\n%s", verdicts)
			}
		})
	}
}

func TestMedianIsOfTheRounds(t *testing.T) {
	t.Parallel()
	r := &results{samples: make(map[key][]sample)}
	for _, took := range []float64{9, 1, 3} {
		r.samples[r.at(0, plan, ours)] = append(r.samples[r.at(0, plan, ours)], sample{wall: took})
		r.samples[r.at(0, plan, floor)] = append(r.samples[r.at(0, plan, floor)], sample{wall: 1})
	}
	if got := spread(r.ratios(r.at(0, plan, ours), floor, wall)); got != "3.00 (1.00–9.00)" {
		t.Errorf("the ratios are %s", got)
	}
	if got := r.added(r.at(0, plan, ours)); got != 2 {
		t.Errorf("added are %f", got)
	}
}

func TestMarkdownAlignsNumbers(t *testing.T) {
	t.Parallel()
	want := "\n\n| binary | provider | floor | provider ÷ floor |\n| --- | ---: | ---: | ---: |\n| start to handshake | 129000.0 ms | 100000.0 ms | 1.29 |\n"
	if got := measured().tables(); !strings.Contains(got, want) {
		t.Errorf("the tables are\n%s", got)
	}
}

func TestMarkdownHasRowsAsWideAsTheirHeader(t *testing.T) {
	t.Parallel()
	for table := range strings.SplitSeq(measured().tables(), "\n\n") {
		lines := strings.Split(strings.TrimSpace(table), "\n")
		for _, line := range lines {
			if got, want := strings.Count(line, "|"), strings.Count(lines[0], "|"); got != want {
				t.Errorf("%q has %d bars, want %d", line, got, want)
			}
		}
	}
}

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"-rounds at least 1":         {"-rounds", "0"},
		"there is no other argument": {"now"},
		"fewer than 3 rounds":        {"-rounds", "2", "-write", "."},
		"not defined: -x":            {"-x"},
	} {
		if err := run(t.Context(), args, io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q ended with %v", args, err)
		}
	}
}

func TestPlotEndsWithTheTable(t *testing.T) {
	t.Parallel()
	if o, err := parse(nil, io.Discard); err != nil || !slices.Equal(o.sizes, []int{100, 250, 500, 1000}) || o.tags != 1000 {
		t.Errorf("the options are %+v, %v", o, err)
	}
}

func TestPeakIsOfProcessesThatRanTogether(t *testing.T) {
	t.Parallel()
	at := func(second int) time.Time { return time.Unix(int64(second), 0) }
	noted := func(processes ...process) (float64, error) {
		folder := t.TempDir()
		for _, p := range processes {
			if err := p.note(folder); err != nil {
				t.Fatal(err)
			}
		}
		return peak(folder)
	}
	got, err := noted(process{at(0), at(9), 3}, process{at(1), at(2), 70}, process{at(2), at(5), 9}, process{at(4), at(6), 60}, process{at(9), at(10), 71})
	if got != 73 || err != nil {
		t.Errorf("it is %f, %v", got, err)
	}
	for _, processes := range [][]process{nil, {{at(0), at(1), 0}}} {
		if got, err := noted(processes...); err == nil {
			t.Errorf("%v is %f", processes, got)
		}
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, notes), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := peak(folder); err == nil {
		t.Errorf("a broken note is %f", got)
	}
}
