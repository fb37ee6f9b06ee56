// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

func TestDemoHasTheExpectedResults(t *testing.T) {
	t.Parallel()
	var stdout, stderr bytes.Buffer
	if code := run(t.Context(), tfrun.LookPath, &stdout, &stderr); code != 0 {
		t.Fatalf("the demo ended with %d:\n%s%s", code, stdout.String(), stderr.String())
	}
	if want := "All 6 steps had the expected result."; !strings.Contains(stdout.String(), want) {
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
			code := run(ctx, tfrun.LookPath, writerFunc(func(p []byte) (int, error) {
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

// A plan in which no resource changes but an output does is not summed up as one without changes.
func TestPlanSeesChangesOfOutputs(t *testing.T) {
	t.Parallel()
	path, err := tfrun.Find(tfrun.LookPath)
	if err != nil {
		t.Fatal(err)
	}
	d := demoWith(t, path)
	for config, want := range map[string]string{
		"": "   No changes. Your infrastructure matches the configuration.\n", "output \"when\" {\n  value = timestamp()\n}\n": "",
	} {
		if err := d.Write("main.tf", config); err != nil {
			t.Fatal(err)
		}
		printed, err := d.terraform(t.Context(), "plan")
		if got := summaryOf(printed); err != nil || got != want {
			t.Errorf("the plan of %q is summed up as %q, %v", config, got, err)
		}
	}
}

func TestChangesOfAPlan(t *testing.T) {
	t.Parallel()
	printed := "ims_image_tag.a: Refreshing state...\n\n  # ims_image_tag.a will be updated in-place\n  ~ resource \"ims_image_tag\" \"a\" {\n" +
		"        id    = \"i/a\"\n      ~ value = \"old\" -> \"new\"\n    }\n\n  # ims_image_tag.b will be created\n      + value = \"new\"\n"
	want := "     # ims_image_tag.a will be updated in-place\n         ~ value = \"old\" -> \"new\"\n     # ims_image_tag.b will be created\n"
	if got := changesOf(printed); got != want {
		t.Errorf("the changes are\n%s, want\n%s", got, want)
	}
}

func TestTableHasAColumnForEachKey(t *testing.T) {
	t.Parallel()
	got := tableOf([]string{"golden", "debian-12", "empty"}, []tags{{"owner": "me", "a": "1"}, {"owner": "you"}, nil})
	want := "     image      a  owner\n     golden     1  me\n     debian-12  -  you\n     empty      -  -\n"
	if got != want {
		t.Errorf("the table is\n%s\nwant\n%s", got, want)
	}
}

func TestSummaryIsALineOfItsOwn(t *testing.T) {
	t.Parallel()
	printed := "Terraform will perform the following actions:\n\n  Plan: not this\n\nPlan: 1 to add, 0 to change, 0 to destroy.\n\nSaved the plan\n"
	if got := summaryOf(printed); got != "   Plan: 1 to add, 0 to change, 0 to destroy.\n" {
		t.Errorf("the summary is %q", got)
	}
	if got := summaryOf("nothing of note\n"); got != "" {
		t.Errorf("the summary is %q", got)
	}
}

// Each thing that a step expects is looked at.
func TestAStepFailsOnWhatItDoesNotExpect(t *testing.T) {
	t.Parallel()
	const (
		tagged  = "   Tags in the service:\n     image         built-by\n     debian-12     %s\n     golden        -\n     windows-2025  %s\n"
		planned = "   $ sh plan\n   Plan: 1\n"
	)
	cases := map[string]struct{ script, expected string }{
		"a tag that is not there":         {fmt.Sprintf(tagged, "pipeline-77", "nobody"), fmt.Sprintf(tagged, "pipeline-77", "nobody")},
		"no tag where there is one":       {fmt.Sprintf(tagged, "-", "-"), fmt.Sprintf(tagged, "-", "-")},
		"a call that is not made":         {"   Calls: 1 GET, 0 POST, 0 DELETE.\n", "   Calls: 1 GET, 0 POST, 0 DELETE.\n"},
		"another summary":                 {"   $ terraform plan\n   Plan: 1 to add\n", "   $ sh plan\n   Plan: 1 to add\n"},
		"a summary that is not mentioned": {"   $ terraform plan\n", "   $ sh plan\n"},
		"a change that is not planned":    {planned + "     # x will be created\n", "     # x will be created\n"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := demoWith(t, shell)
			if err := d.Write("plan", "echo Plan: 1"); err != nil {
				t.Fatal(err)
			}
			if err := d.play(t.Context(), c.script); err == nil || err.Error()+"\n" != "expected instead:\n"+c.expected {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

// A call that has no column is not overlooked, nor is an instruction that is misspelt.
func TestAStepFailsOnWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	d := demoWith(t, shell)
	response, err := http.Get(d.mock.URL() + "/v2/p/images/tags")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	for script, want := range map[string]string{
		"   Calls: 0 GET, 0 POST, 0 DELETE.\n": "there are 1 calls of other operations",
		"@delete golden owner\n":               "the script has the unknown instruction delete",
	} {
		if err := d.play(t.Context(), script); err == nil || err.Error() != want {
			t.Errorf("%q ended with %v", script, err)
		}
	}
}

// demoWith returns a demo that has not been prepared, with the Terraform at a path.
func demoWith(t *testing.T, path string) *demo {
	t.Helper()
	d, err := newDemo(path, t.TempDir(), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(d.stop)
	return d
}

// shell is a Terraform whose commands are scripts in its folder.
const shell = "/bin/sh"
