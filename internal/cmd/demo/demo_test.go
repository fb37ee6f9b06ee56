package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"
)

func TestDemoGoesAsSaid(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), exec.LookPath, &stdout, &stderr); code != 0 {
		t.Fatalf("the demo ended with %d:\n%s%s", code, stdout.String(), stderr.String())
	}
	if want := "All 6 steps went as said."; !strings.Contains(stdout.String(), want) {
		t.Errorf("the demo does not close with %q:\n%s", want, stdout.String())
	}
	if stderr.Len() > 0 {
		t.Errorf("the demo complains:\n%s", stderr.String())
	}
}

func TestDemoWithoutTerraformIsOneClearLine(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	nothing := func(string) (string, error) { return "", errors.New("not found") }
	if code := run(t.Context(), nothing, &stdout, &stderr); code != 1 {
		t.Errorf("the exit code is %d", code)
	}
	if stdout.Len() > 0 || strings.Count(stderr.String(), "\n") != 1 || !strings.Contains(stderr.String(), "neither terraform nor tofu") {
		t.Errorf("it printed %q and %q", stdout.String(), stderr.String())
	}
}

// An interrupted demo removes its folder. TMPDIR tells where that would be.
func TestDemoLeavesNothingBehindWhenItIsInterrupted(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	ctx, cancel := context.WithCancel(t.Context())
	var stderr bytes.Buffer
	code := run(ctx, exec.LookPath, writerFunc(func(p []byte) (int, error) {
		if bytes.Contains(p, []byte("1. Apply")) {
			cancel()
		}
		return len(p), nil
	}), &stderr)
	if code != 1 || !strings.Contains(stderr.String(), "interrupted") {
		t.Errorf("it ended with %d and %q", code, stderr.String())
	}
	if left, _ := filepath.Glob(filepath.Join(temporary, "ims-demo-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestFindTerraformPrefersTerraform(t *testing.T) {
	t.Parallel()
	both := func(name string) (string, error) { return "/bin/" + name, nil }
	if path, err := findTerraform(both); err != nil || path != "/bin/terraform" {
		t.Errorf("found %q, %v", path, err)
	}
	onlyTofu := func(name string) (string, error) {
		if name != "tofu" {
			return "", errors.New("not found")
		}
		return "/bin/tofu", nil
	}
	if path, err := findTerraform(onlyTofu); err != nil || path != "/bin/tofu" {
		t.Errorf("found %q, %v", path, err)
	}
}

func TestEnvironmentIsCleanedOfSettings(t *testing.T) {
	t.Parallel()
	got := withoutSettings([]string{"PATH=/bin", "TF_LOG=TRACE", "HW_AUTH_TOKEN=t", "OS_TOKEN=t", "IMS_ENDPOINT=e", "OSTYPE=linux", "HOME=/"})
	if want := []string{"PATH=/bin", "OSTYPE=linux", "HOME=/"}; !slices.Equal(got, want) {
		t.Errorf("kept %q, want %q", got, want)
	}
}

func TestChangesOfAPlan(t *testing.T) {
	t.Parallel()
	var plan tfjson.Plan
	err := json.Unmarshal([]byte(`{"format_version":"1.2","resource_changes":[
		{"address":"a","change":{"actions":["no-op"],"before":{"value":"v"},"after":{"value":"v"}}},
		{"address":"b","change":{"actions":["create"],"before":null,"after":{"value":"new"}}},
		{"address":"c","change":{"actions":["update"],"before":{"value":"old"},"after":{"value":"new"}}},
		{"address":"d","change":{"actions":["delete"],"before":{"value":"old"},"after":null}},
		{"address":"e","change":{"actions":["delete","create"],"before":{"value":"old"},"after":{"value":"new"}}}
	]}`), &plan)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range changes(plan) {
		got = append(got, c.String())
	}
	want := []string{`+ create b: "new"`, `~ update c: "old" -> "new"`, `- delete d: "old"`, `delete and create e`}
	if !slices.Equal(got, want) {
		t.Errorf("the changes are\n%q, want\n%q", got, want)
	}
}

func TestTagListIsSorted(t *testing.T) {
	t.Parallel()
	if got := tagList(map[string]string{"b": "2", "a": "1"}); got != "a=1  b=2" {
		t.Errorf("the list is %q", got)
	}
	if got := tagList(nil); got != "(no tags)" {
		t.Errorf("the empty list is %q", got)
	}
}
