package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// TestMain is also what Terraform starts as a provider when memory is measured.
func TestMain(m *testing.M) {
	if launched := os.Getenv(launchVariable); launched != "" {
		os.Exit(launch(launched, os.Getenv(memoryVariable)))
	}
	os.Exit(m.Run())
}

// A small run measures all there is, and writes it where it belongs. Whether the bars are met says nothing here.
func TestBenchMeasuresAllThereIs(t *testing.T) {
	t.Parallel()
	terraform, err := tfrun.Find(exec.LookPath)
	if err != nil {
		t.Fatal(err)
	}
	b, err := newBench(t.Context(), terraform)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(b.dir) })
	o := options{tags: 20, sizes: []int{10, 20, 10}, far: time.Millisecond, rounds: 2, starts: 1}
	var done []string
	r, err := b.results(t.Context(), o, func(part string) { done = append(done, part) })
	if err != nil {
		t.Fatal(err)
	}

	want := map[string]map[imstest.Operation]int{
		"apply":                {imstest.WriteTag: 20},
		"plan":                 {imstest.ListTags: 2},
		"plan, bulk_reads off": {imstest.ListTags: 2},
		"destroy":              {imstest.ListTags: 2, imstest.DeleteTag: 20},
	}
	for step, counts := range want {
		for _, latency := range []time.Duration{0, o.far} {
			trials := r.samples[setting{20, latency}][step]
			if len(trials) != 2 || calls(trials) != sum(counts) || len(trials[0][floor].calls) > 0 || len(trials[0][quiet].calls) > 0 {
				t.Errorf("the %s at %s was measured as %+v", step, latency, trials)
			}
			for operation, count := range counts {
				if got := calls(trials, operation); got != count {
					t.Errorf("the %s made %d calls of %s, want %d", step, got, operation, count)
				}
			}
		}
	}
	for name, measured := range map[string]binary{"ims": r.ours, "floor": r.floor} {
		if measured.start <= 0 || measured.size < 1e6 || measured.memory < 1e6 {
			t.Errorf("the binary of %s was measured as %+v", name, measured)
		}
	}
	if len(done) != 4 {
		t.Errorf("it told of %q", done)
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
	if err := os.WriteFile(page, []byte("before\n"+beginMark+"\nold\n"+endMark+"\nafter\n"), 0o600); err != nil {
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
	if !strings.HasPrefix(text, "before\n"+beginMark+"\n") || !strings.HasSuffix(text, "</picture>\n"+endMark+"\nafter\n") ||
		strings.Contains(text, "old") || strings.Count(text, "\n| apply, ") != 2 || !strings.Contains(text, "| 20 POST | 20 |") {
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

// measured returns results of which each meets its bar, by a little.
func measured() *results {
	one := func(took time.Duration, calls map[imstest.Operation]int) []trial {
		return []trial{{
			ours:  {wall: took, cpu: took, calls: calls},
			floor: {wall: time.Second, cpu: time.Second},
			quiet: {wall: 2 * time.Second, cpu: 2 * time.Second},
		}}
	}
	write, read, list, remove := imstest.WriteTag, imstest.ListTags, imstest.ImagesByTag, imstest.DeleteTag
	return &results{
		options: options{tags: 1000, far: 50 * time.Millisecond, rounds: 1},
		samples: map[setting]map[string][]trial{
			{1000, 0}: {
				"apply":                one(1079*time.Millisecond, map[imstest.Operation]int{write: 1000, read: 100}),
				"plan":                 one(1079*time.Millisecond, map[imstest.Operation]int{read: 99, list: 1}),
				"plan, bulk_reads off": one(1079*time.Millisecond, map[imstest.Operation]int{read: 100}),
				"destroy":              one(1099*time.Millisecond, map[imstest.Operation]int{read: 100, remove: 1000}),
			},
			{1000, 50 * time.Millisecond}: {
				"apply":                one(6990*time.Millisecond, map[imstest.Operation]int{write: 1000}),
				"plan":                 one(1065*time.Millisecond, map[imstest.Operation]int{read: 10, list: 1}),
				"plan, bulk_reads off": one(1590*time.Millisecond, map[imstest.Operation]int{read: 100}),
				"destroy":              one(7590*time.Millisecond, map[imstest.Operation]int{read: 100, remove: 1000}),
			},
		},
		ours:  binary{start: 129, memory: 129, size: 134},
		floor: binary{start: 100, memory: 100, size: 100},
	}
}

func TestBars(t *testing.T) {
	t.Parallel()
	if r := measured(); !r.met() {
		t.Fatalf("what meets all bars does not:\n%s", r.verdicts())
	}
	far := 50 * time.Millisecond
	cases := map[string]struct {
		change func(*results)
		missed string
	}{
		"a slow apply":    {slower(0, "apply", 1079*time.Millisecond), "apply, times the time of the floor: 2.16, at most 1.08"},
		"a tag too many":  {func(r *results) { r.samples[setting{1000, 0}]["apply"][0][ours].calls[imstest.WriteTag]++ }, "apply, tags written: 1001, exactly 1000"},
		"a read too many": {func(r *results) { r.samples[setting{1000, 0}]["apply"][0][ours].calls[imstest.ListTags]++ }, "apply, other calls: 101, at most 100"},
		"a slow plan":     {slower(0, "plan", 1079*time.Millisecond), "plan, times the time of the floor: 2.16, at most 1.08"},
		"a list too many": {func(r *results) { r.samples[setting{1000, 0}]["plan"][0][ours].calls[imstest.ImagesByTag]++ }, "plan, calls: 101, at most 100"},
		"a plan slower than a floor without logs": {func(r *results) {
			r.samples[setting{1000, 0}]["plan"][0][quiet] = sample{wall: 990 * time.Millisecond}
		}, "plan, times the time of the quiet floor: 1.09, at most 1.08"},
		"a slow destroy":     {slower(0, "destroy", 1099*time.Millisecond), "destroy, times the time of the floor: 2.20, at most 1.10"},
		"a delete too few":   {func(r *results) { r.samples[setting{1000, 0}]["destroy"][0][ours].calls[imstest.DeleteTag]-- }, "destroy, tags deleted: 999, exactly 1000"},
		"a slow far apply":   {slower(far, "apply", 20*time.Millisecond), "apply at 50ms, time added: 6010.0 ms, at most 6000.0 ms"},
		"a slow single plan": {slower(0, "plan, bulk_reads off", 1079*time.Millisecond), "plan, bulk_reads off, times the time of the floor: 2.16, at most 1.08"},
		"a slow far plan":    {slower(far, "plan", 20*time.Millisecond), "plan at 50ms, time added: 85.0 ms, at most 66.0 ms"},
		"a read of a single plan too many": {func(r *results) {
			r.samples[setting{1000, 0}]["plan, bulk_reads off"][0][ours].calls[imstest.ListTags]++
		}, "plan, bulk_reads off, calls: 101, at most 100"},
		"a slow start":       {func(r *results) { r.ours.start = 131 }, "start, times that of the floor: 1.31, at most 1.30"},
		"a large binary":     {func(r *results) { r.ours.size = 136 }, "size, times that of the floor: 1.36, at most 1.35"},
		"a lot of memory":    {func(r *results) { r.ours.memory = 131 }, "memory, times that of the floor: 1.31, at most 1.30"},
		"a read not needed":  {func(r *results) { r.samples[setting{1000, 0}]["destroy"][0][ours].calls[imstest.ListTags]++ }, "destroy, other calls: 101, at most 100"},
		"a slow far destroy": {slower(far, "destroy", 20*time.Millisecond), "destroy at 50ms, time added: 6610.0 ms, at most 6600.0 ms"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := measured()
			c.change(r)
			if r.met() || strings.Count(r.verdicts(), "MISSED") != 1 || !strings.Contains(r.verdicts(), "MISSED  "+c.missed+"\n") {
				t.Errorf("the verdicts are\n%s", r.verdicts())
			}
		})
	}
}

// slower makes a step take longer by some time.
func slower(latency time.Duration, step string, by time.Duration) func(*results) {
	return func(r *results) {
		one := r.samples[setting{1000, latency}][step][0]
		slow := one[ours]
		slow.wall += by
		one[ours] = slow
	}
}

func TestMedianIsOfTheRounds(t *testing.T) {
	t.Parallel()
	var trials []trial
	for _, took := range []time.Duration{9 * time.Second, time.Second, 3 * time.Second} {
		trials = append(trials, trial{ours: {wall: took}, floor: {wall: time.Second}})
	}
	if got := spread(wallRatios(trials, floor)); got != "3.00 (1.00–9.00)" {
		t.Errorf("the ratios are %s", got)
	}
	if got := added(trials); got != 2*time.Second {
		t.Errorf("added are %s", got)
	}
}

func TestUsageErrors(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"at least 1":                  {"-rounds", "0"},
		"there is no other argument":  {"now"},
		"fewer than 3 rounds":         {"-rounds", "2", "-write", "."},
		`"x" is not a number of tags`: {"-sizes", "10,x"},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(t.Context(), args, &stdout, &stderr); code != exitUsage || !strings.Contains(stderr.String(), want) {
			t.Errorf("%q ended with %d and %q", args, code, stderr.String())
		}
	}
}

func TestGuideWithoutMarksIsLeftAlone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", beginMark + "\n", endMark} {
		if changed, err := replaceSection(text, "new"); err == nil {
			t.Errorf("%q became %q", text, changed)
		}
	}
}

func TestPeakIsTheLargest(t *testing.T) {
	t.Parallel()
	if got, err := largest("3\n70\n9\n"); got != 70 || err != nil {
		t.Errorf("it is %d, %v", got, err)
	}
	for _, lines := range []string{"", "x\n", "0\n"} {
		if got, err := largest(lines); err == nil {
			t.Errorf("%q is %d", lines, got)
		}
	}
}
