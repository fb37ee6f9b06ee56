// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// TestMain is also what Terraform starts as a provider when memory is measured.
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
	b, err := newBench(terraform)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.close() })
	o := options{tags: 20, sizes: []int{10, 20}, rounds: 2}
	var done bytes.Buffer
	r, err := b.results(t.Context(), o, &done)
	if err != nil {
		t.Fatal(err)
	}

	want := map[string]map[imstest.Operation]int{
		"apply":                {imstest.ListTags: 2, imstest.WriteTag: 20},
		"plan":                 {imstest.ListTags: 2},
		"plan, bulk_reads off": {imstest.ListTags: 2},
		"destroy":              {imstest.ListTags: 2, imstest.DeleteTag: 20},
	}
	for step, counts := range want {
		for _, latency := range []time.Duration{0, far} {
			measured := r.samples[setting{20, latency}][step]
			if len(measured) != 2 || measured.calls(ours, allBut("")) != sum(counts) || len(measured[0][floor].calls) > 0 || len(measured[0][quiet].calls) > 0 {
				t.Errorf("the %s at %s was measured as %+v", step, latency, measured)
			}
			for operation, count := range counts {
				if got := measured.calls(ours, only(operation)); got != count {
					t.Errorf("the %s made %d calls of %s, want %d", step, got, operation, count)
				}
			}
		}
	}
	for i, least := range map[int]float64{0: 1e-9, 1: 1e6, 2: 1e6} {
		if f := r.binaries[i]; f.of(ours) < least || f.of(floor) < least {
			t.Errorf("the binaries were measured as %+v", f)
		}
	}
	if got := r.sets.table["apply"].calls(sets, isWrite); got != 2 || r.sets.memory.of(sets) < 1e6 {
		t.Errorf("an apply of two sets made %d writes, and took %.0f bytes", got, r.sets.memory.of(sets))
	}
	for _, s := range regionComparison.systems {
		// An apply and a destroy log in to each region twice, a plan once: with aliases, each process does it for its own.
		if got := r.regions.table["plan"].calls(s, only(imstest.CreateToken)); got != 4 || r.regions.memory.of(s) < 1e6 {
			t.Errorf("%s: a plan logged in %d times, and all took %.0f bytes", s, got, r.regions.memory.of(s))
		}
		if got := r.regions.table["apply"].calls(s, only(imstest.WriteTag)); got != 20 {
			t.Errorf("%s: an apply wrote %d tags", s, got)
		}
	}
	if strings.Count(done.String(), "\n") != 6 {
		t.Errorf("it printed %q", done.String())
	}
	expectWritten(t, r)
}

func sum(counts map[imstest.Operation]int) int {
	all := 0
	for _, count := range counts {
		all += count
	}
	return all
}

func expectWritten(t *testing.T, r *results) {
	t.Helper()
	folder := t.TempDir()
	page := filepath.Join(folder, guide)
	if err := os.MkdirAll(filepath.Dir(page), 0o700); err != nil {
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
	if !strings.HasPrefix(text, "before\n<!-- bench:begin -->\n") || !strings.Contains(text, "</picture>\n<!-- bench:end -->\nafter\n<!-- bench-regions:begin -->\n| 20 tags in 4 regions |") ||
		!strings.Contains(text, "\n| one provider block | ") || !strings.Contains(text, "\n| four aliases | ") ||
		strings.Contains(text, "old") || strings.Count(text, "\n| apply, ") != 2 || !strings.Contains(text, "\n| 20 tags, 10 on each image |") || strings.Count(text, " MB | ") != 8 || strings.Count(text, " ms | ") != 2 || !strings.Contains(text, "| 20 POST | 20 |") {
		t.Errorf("the guide is\n%s", text)
	}
	for _, theme := range []string{"light", "dark"} {
		file, err := os.Open(filepath.Join(folder, plotFolder, theme+".svg"))
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
				t.Fatalf("%s.svg: %v", theme, err)
			}
			if element, ok := token.(xml.StartElement); ok && element.Name.Local == "path" {
				paths++
			}
		}
		if paths != 3*6+3*2*2 { // lines of the grid; two curves a panel, each here and in the legend
			t.Errorf("%s.svg has %d paths", theme, paths)
		}
	}
}

// measured returns results of which each keeps its limit, by a little.
func measured() *results {
	one := func(took float64, calls map[imstest.Operation]int) rounds {
		return rounds{{
			ours:  {wall: took, cpu: took, calls: calls},
			floor: {wall: 1, cpu: 1},
			quiet: {wall: 2, cpu: 2},
		}}
	}
	write, read, list, remove := imstest.WriteTag, imstest.ListTags, imstest.ImagesByTag, imstest.DeleteTag
	return &results{
		options: options{tags: 1000, rounds: 1},
		samples: map[setting]table{
			{1000, 0}: {
				"apply":                one(1.079, map[imstest.Operation]int{write: 1000, read: 100}),
				"plan":                 one(1.079, map[imstest.Operation]int{read: 99, list: 1}),
				"plan, bulk_reads off": one(1.079, map[imstest.Operation]int{read: 100}),
				"destroy":              one(1.099, map[imstest.Operation]int{read: 100, remove: 1000}),
			},
			{1000, far}: {
				"apply":                one(6.99, map[imstest.Operation]int{write: 1000}),
				"plan":                 one(1.065, map[imstest.Operation]int{read: 10, list: 1}),
				"plan, bulk_reads off": one(1.59, map[imstest.Operation]int{read: 100}),
				"destroy":              one(7.59, map[imstest.Operation]int{read: 100, remove: 1000}),
			},
		},
		binaries: []figure{
			{name: "start", most: 1.3, values: map[system][]float64{ours: {129}, floor: {100}}},
			{name: "size", most: 1.35, values: map[system][]float64{ours: {134}, floor: {100}}},
		},
		regions: compared{memory: figure{values: map[system][]float64{oneBlock: {99}, aliases: {100}}}},
		sets:    compared{table: table{"apply": rounds{{sets: {calls: map[imstest.Operation]int{imstest.BatchTags: 100}}}}}},
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	if verdicts, kept := measured().verdicts(); !kept {
		t.Fatalf("what keeps all limits does not:\n%s", verdicts)
	}
	cases := map[string]struct {
		change func(*results)
		missed string
	}{
		"a slow apply":    {slower(0, "apply", 1.079), "apply, times the time of the floor: 2.16, at most 1.08"},
		"a tag too many":  {func(r *results) { r.samples[setting{1000, 0}]["apply"][0][ours].calls[imstest.WriteTag]++ }, "apply, writes: 1001, exactly 1000"},
		"a read too many": {func(r *results) { r.samples[setting{1000, 0}]["apply"][0][ours].calls[imstest.ListTags]++ }, "apply, other calls: 101, at most 100"},
		"a slow plan":     {slower(0, "plan", 1.079), "plan, times the time of the floor: 2.16, at most 1.08"},
		"a list too many": {func(r *results) { r.samples[setting{1000, 0}]["plan"][0][ours].calls[imstest.ImagesByTag]++ }, "plan, other calls: 101, at most 100"},
		"a plan slower than a floor without logs": {func(r *results) {
			r.samples[setting{1000, 0}]["plan"][0][quiet] = sample{wall: 0.99}
		}, "plan, times the time of the quiet floor: 1.09, at most 1.08"},
		"a slow destroy":     {slower(0, "destroy", 1.099), "destroy, times the time of the floor: 2.20, at most 1.10"},
		"a delete too few":   {func(r *results) { r.samples[setting{1000, 0}]["destroy"][0][ours].calls[imstest.DeleteTag]-- }, "destroy, writes: 999, exactly 1000"},
		"a slow far apply":   {slower(far, "apply", 0.02), "apply at 50ms, seconds added: 6.0100, at most 6.0000"},
		"a slow single plan": {slower(0, "plan, bulk_reads off", 1.079), "plan, bulk_reads off, times the time of the floor: 2.16, at most 1.08"},
		"a slow far plan":    {slower(far, "plan", 0.02), "plan at 50ms, seconds added: 0.0850, at most 0.0660"},
		"a read of a single plan too many": {func(r *results) {
			r.samples[setting{1000, 0}]["plan, bulk_reads off"][0][ours].calls[imstest.ListTags]++
		}, "plan, bulk_reads off, other calls: 101, at most 100"},
		"a slow start":   {func(r *results) { r.binaries[0].values[ours][0] = 131 }, "start, times that of the floor: 1.31, at most 1.30"},
		"a large binary": {func(r *results) { r.binaries[1].values[ours][0] = 136 }, "size, times that of the floor: 1.36, at most 1.35"},
		"no less memory": {
			func(r *results) { r.regions.memory.values[oneBlock][0] = 100 },
			"memory of one provider block: 100 bytes, less than 100 of four aliases",
		},
		"a write too many for sets": {
			func(r *results) { r.sets.table["apply"][0][sets].calls[imstest.WriteTag]++ }, "apply, writes of sets: 101, exactly 100",
		},
		"a read not needed":  {func(r *results) { r.samples[setting{1000, 0}]["destroy"][0][ours].calls[imstest.ListTags]++ }, "destroy, other calls: 101, at most 100"},
		"a slow far destroy": {slower(far, "destroy", 0.02), "destroy at 50ms, seconds added: 6.6100, at most 6.6000"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := measured()
			c.change(r)
			if verdicts, kept := r.verdicts(); kept || strings.Count(verdicts, "MISSED") != 1 || !strings.Contains(verdicts, "MISSED  "+c.missed+"\n") {
				t.Errorf("the verdicts are\n%s", verdicts)
			}
		})
	}
}

// slower makes a step take longer by some time.
func slower(latency time.Duration, step string, by float64) func(*results) {
	return func(r *results) {
		one := r.samples[setting{1000, latency}][step][0]
		slow := one[ours]
		slow.wall += by
		one[ours] = slow
	}
}

func TestMedianIsOfTheRounds(t *testing.T) {
	t.Parallel()
	var all rounds
	for _, took := range []float64{9, 1, 3} {
		all = append(all, round{ours: {wall: took}, floor: {wall: 1}})
	}
	if got := spread(all.wallRatios(floor)); got != "3.00 (1.00–9.00)" {
		t.Errorf("the ratios are %s", got)
	}
	if got := all.added(); got != 2 {
		t.Errorf("added are %f", got)
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
	if err := os.WriteFile(filepath.Join(folder, "process-1.json"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := peak(folder); err == nil {
		t.Errorf("a broken note is %f", got)
	}
}
