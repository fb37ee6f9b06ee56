package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	tfjson "github.com/hashicorp/terraform-json"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
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

// A demo that ends early removes its folder, whatever it was doing. TMPDIR tells where that would be.
func TestDemoLeavesNothingBehind(t *testing.T) {
	temporary := t.TempDir()
	t.Setenv("TMPDIR", temporary)
	gone := errors.New("broken pipe")
	cases := map[string]struct {
		at  string // what is printed when it ends
		err error  // of writing that; nil: it is interrupted
	}{
		"interrupted while it builds":          {at: "Building"},
		"interrupted in a step":                {at: "1. Apply"},
		"interrupted between plan and apply":   {at: "9 to add"},
		"nobody reads it, from the first line": {at: "Building", err: gone},
		"nobody reads it any more":             {at: "2. Plan", err: gone},
	}
	for name, c := range cases { //nolint:paralleltest // TMPDIR is that of the whole process
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var stderr bytes.Buffer
			code := run(ctx, exec.LookPath, writerFunc(func(p []byte) (int, error) {
				if !bytes.Contains(p, []byte(c.at)) {
					return len(p), nil
				}
				if c.err == nil {
					cancel()
				}
				return len(p), c.err
			}), &stderr)
			if code != 1 || stderr.String() != "\ndemo: interrupted\n" {
				t.Errorf("it ended with %d and %q", code, stderr.String())
			}
			if left, _ := filepath.Glob(filepath.Join(temporary, "*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// The person sees what Terraform said of a command that failed.
func TestDemoExplainsWhatFailed(t *testing.T) {
	t.Parallel()
	broken := filepath.Join(t.TempDir(), "terraform")
	script := "#!/bin/sh\n[ $1 = version ] && echo Terraform v0 && exit\necho half of it\necho no provider found >&2\nexit 1\n"
	if err := os.WriteFile(broken, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), func(string) (string, error) { return broken, nil }, &stdout, &stderr); code != 1 {
		t.Errorf("the exit code is %d", code)
	}
	want := "\ndemo: terraform init: exit status 1\n\nterraform init printed:\nhalf of it\nno provider found\n"
	if stderr.String() != want {
		t.Errorf("it says %q, want %q", stderr.String(), want)
	}
}

// An output that changes makes a plan that is not empty, though no resource changes in it.
func TestPlanSeesChangesOfOutputs(t *testing.T) {
	t.Parallel()
	path, err := tfrun.Find(exec.LookPath)
	if err != nil {
		t.Fatal(err)
	}
	tf := &terraform{path: path, dir: t.TempDir(), env: tfrun.CleanEnvironment(os.Environ()), stdout: io.Discard}
	plans := func(config string, empty bool) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(tf.dir, "main.tf"), []byte(config), 0o600); err != nil {
			t.Fatal(err)
		}
		planned, err := tf.plan(t.Context())
		if err != nil || planned.empty != empty || len(planned.changes) > 0 {
			t.Errorf("the plan of %q is %+v, %v", config, planned, err)
		}
	}
	plans("", true)
	plans("output \"when\" {\n  value = timestamp()\n}\n", false)
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

func TestTableHasAColumnForEachKey(t *testing.T) {
	t.Parallel()
	got := table([]string{"golden", "debian-12", "empty"}, []map[string]string{{"owner": "me", "a": "1"}, {"owner": "you"}, nil})
	want := []string{
		"image      a  owner",
		"golden     1  me",
		"debian-12  -  you",
		"empty      -  -",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the table is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestShowSumsUpACommand(t *testing.T) {
	t.Parallel()
	var stdout bytes.Buffer
	tf := &terraform{path: "/usr/bin/tofu", stdout: &stdout}
	tf.show([]string{"plan", "-input=false", "-no-color", "-detailed-exitcode", "-out=" + planFile, "-destroy"},
		"Terraform will perform the following actions:\n\n  Plan: not this\n\nPlan: 1 to add, 0 to change, 0 to destroy.\n\nSaved the plan\n")
	tf.show([]string{"apply", planFile}, "nothing of note\n")
	want := "   $ tofu plan -destroy\n   Plan: 1 to add, 0 to change, 0 to destroy.\n   $ tofu apply\n"
	if stdout.String() != want {
		t.Errorf("it shows %q, want %q", stdout.String(), want)
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
