// SPDX-License-Identifier: MPL-2.0

package tfrun_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

const config = `
terraform {
  required_providers {
    ims = {
      source = "terraform-provider-ims/ims"
    }
  }
}
`

func newFolder(t *testing.T) *tfrun.Folder {
	t.Helper()
	terraform, err := tfrun.Find(tfrun.LookPath)
	if err != nil {
		t.Fatal(err)
	}
	f, err := tfrun.New(terraform, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func run(t *testing.T, f *tfrun.Folder, args ...string) {
	t.Helper()
	if stdout, stderr, err := tfrun.Output(t.Context(), f.Command(t.Context(), args...)); err != nil {
		t.Fatalf("terraform %s: %v\n%s%s", args[0], err, stdout, stderr)
	}
}

// The provider is built, installed from a mirror, and configured for the mock, all by this package.
func TestProviderOfAMirrorWritesToTheMock(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	path := filepath.Join(f.Dir, tfrun.BinaryName)
	if err := errors.Join(tfrun.Build(t.Context(), tfrun.Module, path), f.Mirror(path)); err != nil {
		t.Fatal(err)
	}
	applyTag(t, f, "init", "apply")
}

// An override needs no init.
func TestProviderOfAnOverrideWritesToTheMock(t *testing.T) {
	t.Parallel()
	f := newFolder(t)
	path := filepath.Join(f.Dir, "made", tfrun.BinaryName)
	if err := errors.Join(tfrun.Build(t.Context(), tfrun.Module, path), f.Override(tfrun.Source, filepath.Dir(path))); err != nil {
		t.Fatal(err)
	}
	applyTag(t, f, "apply")
}

func applyTag(t *testing.T, f *tfrun.Folder, commands ...string) {
	t.Helper()
	mock := imstest.NewServer()
	image := mock.AddImage("golden")
	t.Cleanup(f.Serve(mock))
	tag := "resource \"ims_image_tag\" \"test\" {\n  image_id = \"" + image + "\"\n  key = \"k\"\n  value = \"v\"\n}\n"
	if err := f.Write("main.tf", config+tag); err != nil {
		t.Fatal(err)
	}
	for _, command := range commands {
		args := []string{command, "-input=false"}
		if command == "apply" {
			args = append(args, "-auto-approve")
		}
		run(t, f, args...)
	}
	if got := mock.Tags(image); len(got) != 1 || got["k"] != "v" {
		t.Errorf("the image has the tags %v", got)
	}
}

func TestFolderIsNotSetUpByTheCallersEnvironment(t *testing.T) {
	t.Setenv("TF_LOG", "TRACE")
	t.Setenv("HW_AUTH_TOKEN", "of the caller")
	f := newFolder(t)
	want := []string{
		"TF_CLI_CONFIG_FILE=" + filepath.Join(f.Dir, "terraformrc"), "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
	}
	if got := f.Env[len(f.Env)-len(want):]; !slices.Equal(got, want) {
		t.Errorf("the environment ends in %q, want %q", got, want)
	}
	if slices.Contains(f.Env, "TF_LOG=TRACE") || slices.Contains(f.Env, "HW_AUTH_TOKEN=of the caller") || len(f.Env) <= len(want) {
		t.Errorf("the environment is %q", f.Env)
	}
}

func TestVersionIsOneLine(t *testing.T) {
	t.Parallel()
	version, err := newFolder(t).Version(t.Context())
	if err != nil || !strings.Contains(version, " v1.") || strings.Contains(version, "\n") {
		t.Errorf("the version is %q, %v", version, err)
	}
}

// The person sees what the compiler said, and nothing is left of the build.
func TestBuildExplainsItsFailure(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	err := tfrun.Build(t.Context(), tfrun.Module+"/internal/gone", filepath.Join(dir, "program"))
	if err == nil || !strings.Contains(err.Error(), "building "+tfrun.Module+"/internal/gone: exit status 1\n\n") {
		t.Errorf("the error is %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}
