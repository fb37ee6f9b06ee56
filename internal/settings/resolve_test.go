// SPDX-License-Identifier: MPL-2.0

package settings_test

import (
	"flag"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

var update = flag.Bool("update", false, "write the golden file")

const (
	projectA = "0123456789abcdef0123456789abcdef"
	projectB = "fedcba9876543210fedcba9876543210"
)

// row is a test case: a configuration to resolve.
type row struct {
	name  string
	block map[string]string
	env   map[string]string
	files map[string]string // by path

	target settings.Target // of a resource
}

func (r row) input() settings.Input {
	return settings.Input{
		Block:  r.block,
		Getenv: func(name string) string { return r.env[name] },
		ReadFile: func(path string) ([]byte, error) {
			content, ok := r.files[path]
			if !ok {
				return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
			}
			return []byte(content), nil
		},
		Home:   "/home/me",
		Target: r.target,
	}
}

// render returns a readable text of a row and its result.
func (r row) render() string {
	var b strings.Builder
	fmt.Fprintf(&b, "== %s\n", r.name)
	show := func(kind string, values map[string]string) {
		for _, name := range slices.Sorted(maps.Keys(values)) {
			fmt.Fprintf(&b, "   %s %s = %s\n", kind, name, values[name])
		}
	}
	if r.target != (settings.Target{}) {
		fmt.Fprintf(&b, "   resource region = %q, project_id = %q\n", r.target.Region, r.target.ProjectID)
	}
	show("block", r.block)
	show("env  ", r.env)
	for _, path := range slices.Sorted(maps.Keys(r.files)) {
		fmt.Fprintf(&b, "   file  %s\n         %s\n", path, strings.ReplaceAll(strings.TrimSpace(r.files[path]), "\n", "\n         "))
	}
	s, problems := settings.Resolve(r.input())
	failed := false
	for _, p := range problems {
		kind := "error"
		if p.Warning {
			kind = "warning"
		} else {
			failed = true
		}
		at := ""
		if p.Attribute != "" {
			at = " at " + p.Attribute
		}
		fmt.Fprintf(&b, "-> %s%s: %s\n   %s\n", kind, at, p.Summary, strings.ReplaceAll(p.Detail, "\n", "\n   "))
	}
	if failed {
		return b.String()
	}
	fmt.Fprintf(&b, "-> login: %s\n", s.Login)
	if s.Role.IsSet() {
		fmt.Fprintf(&b, "   role: %s\n", s.Role)
	}
	b.WriteString("   " + strings.ReplaceAll(s.Target(), "; ", "\n   ") + "\n")
	if !s.Endpoint.IsSet() {
		fmt.Fprintf(&b, "   regional endpoint: %s\n", s.RegionalEndpoint.Text)
	}
	if s.Role.URN.IsSet() {
		fmt.Fprintf(&b, "   sts: %s\n", s.STSURL.Text)
	}
	return b.String()
}

// TestResolve compares the results of all rows with a golden file. Review each change of that file.
func TestResolve(t *testing.T) {
	t.Parallel()
	rows := slices.Concat(methodRows(), cloudRows(), fileRows(), accountRows(), roleRows(), errorRows(), originRows(), targetRows(), prefixRows())
	if len(rows) < 80 {
		t.Errorf("there are %d rows, want at least 80", len(rows))
	}
	var b strings.Builder
	seen := make(map[string]bool)
	for _, r := range rows {
		if seen[r.name] {
			t.Errorf("two rows are called %q", r.name)
		}
		seen[r.name] = true
		b.WriteString(r.render() + "\n")
	}
	golden := filepath.Join("testdata", "resolve.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	for i, got := range strings.Split(b.String(), "\n\n") {
		if all := strings.Split(string(want), "\n\n"); i >= len(all) || all[i] != got {
			t.Errorf("row %d is\n%s\nrun go test ./internal/settings -update and review the changes", i, got)
		}
	}
}

// with returns a copy of values with changes. An empty text removes a value.
func with(values map[string]string, pairs ...string) map[string]string {
	result := maps.Clone(values)
	if result == nil {
		result = make(map[string]string)
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		result[pairs[i]] = pairs[i+1]
		if pairs[i+1] == "" {
			delete(result, pairs[i])
		}
	}
	return result
}

func set(pairs ...string) map[string]string { return with(nil, pairs...) }

func keyOf(pair, separator string) string {
	key, _, _ := strings.Cut(pair, separator)
	return key
}

func valueOf(pair, separator string) string {
	_, value, _ := strings.Cut(pair, separator)
	return value
}

func yamlOf(auth map[string]string) string {
	var b strings.Builder
	for _, key := range slices.Sorted(maps.Keys(auth)) {
		fmt.Fprintf(&b, "      %s: %s\n", key, auth[key])
	}
	return b.String()
}
