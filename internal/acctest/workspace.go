// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// binaryDir holds the provider as people run it.
var binaryDir string

// Main runs the tests of a package, without the developer's own settings and with the provider built for [NewWorkspace],
// and returns the exit code.
func Main(m *testing.M) int {
	dir, err := os.MkdirTemp("", "ims-") // short, because sockets are in it
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	err = errors.Join(
		cleanEnvironment(),
		os.Setenv("TMPDIR", dir),
		tfrun.Build(context.Background(), tfrun.Module, filepath.Join(dir, tfrun.BinaryName)),
	)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	binaryDir = dir
	return m.Run()
}

// cleanEnvironment removes what the Terraform that plugin-testing runs, and the provider in it, would read.
func cleanEnvironment() error {
	kept := tfrun.CleanEnvironment(os.Environ())
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if slices.Contains(kept, variable) || strings.HasPrefix(name, "TF_ACC_") {
			continue
		}
		if err := os.Unsetenv(name); err != nil {
			return err
		}
	}
	return errors.Join(os.Setenv("TF_CLI_CONFIG_FILE", os.DevNull), os.Setenv("CHECKPOINT_DISABLE", "1"))
}

// Workspace is a folder in which the real Terraform runs the real provider against a mock. It is for what
// plugin-testing does not show: a single walk, the output, the log.
type Workspace struct {
	T   *testing.T
	Dir string
	Env []string

	folder *tfrun.Folder
}

// NewWorkspace returns a folder with a configuration. It has a folder for temporary files of its own, so that the provider does
// not take a mock for an earlier one on the same port, whose images it has written to. Every call of the mock, if there is one,
// has to be one that it knows.
func NewWorkspace(t *testing.T, mock *imstest.Server, config string) *Workspace {
	t.Helper()
	folder, err := tfrun.New(terraformPath(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.Override("hashicorp/ims", binaryDir); err != nil {
		t.Fatal(err)
	}
	temporary, err := os.MkdirTemp(binaryDir, "w") //nolint:usetesting // the path of t.TempDir is too long for sockets
	if err != nil {
		t.Fatal(err)
	}
	w := &Workspace{T: t, Dir: folder.Dir, Env: append(folder.Env, "TMPDIR="+temporary), folder: folder}
	w.Write("main.tf", config)
	if mock != nil {
		t.Cleanup(func() { ExpectCalls(t, mock, imstest.Unknown, 0) })
	}
	return w
}

// Write writes a file.
func (w *Workspace) Write(name, content string) {
	w.T.Helper()
	if err := w.folder.Write(name, content); err != nil {
		w.T.Fatal(err)
	}
}

// Run runs a command that has to succeed and returns what it printed.
func (w *Workspace) Run(args ...string) string {
	w.T.Helper()
	output, err := w.Exec(args...)
	if err != nil {
		w.T.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, output)
	}
	return output
}

// Fail runs a command that has to fail and to print a text, and returns what it printed.
func (w *Workspace) Fail(text string, args ...string) string {
	w.T.Helper()
	output, err := w.Exec(args...)
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		w.T.Fatalf("terraform %s ended with %v, want it to fail\n%s", strings.Join(args, " "), err, output)
	}
	if !strings.Contains(output, text) {
		w.T.Fatalf("terraform %s did not print %q:\n%s", strings.Join(args, " "), text, output)
	}
	return output
}

// Exec runs a command and returns what it printed.
func (w *Workspace) Exec(args ...string) (string, error) {
	w.T.Helper()
	args = append(args[:1:1], append([]string{"-no-color"}, args[1:]...)...)
	output, err := w.Command(args...).CombinedOutput()
	return string(output), err
}

// Command returns a command that has not been started.
func (w *Workspace) Command(args ...string) *exec.Cmd {
	command := w.folder.Command(w.T.Context(), args...)
	command.Env = w.Env
	return command
}

func terraformPath(t *testing.T) string {
	t.Helper()
	path, err := tfrun.Find(tfrun.LookPath)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// State returns the tags that the state holds, by the image's id, in the form of the mock's AllTags.
func (w *Workspace) State() map[string]map[string]string {
	w.T.Helper()
	content, err := os.ReadFile(filepath.Join(w.Dir, "terraform.tfstate"))
	if err != nil {
		w.T.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Instances []struct {
				Attributes struct {
					ImageID string `json:"image_id"`
					Key     string `json:"key"`
					Value   string `json:"value"`
				} `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(content, &state); err != nil {
		w.T.Fatal(err)
	}
	images := make(map[string]map[string]string)
	for _, r := range state.Resources {
		for _, instance := range r.Instances {
			tag := instance.Attributes
			if images[tag.ImageID] == nil {
				images[tag.ImageID] = make(map[string]string)
			}
			images[tag.ImageID][tag.Key] = tag.Value
		}
	}
	return images
}

// ExpectNoResources fails the test if the state holds a tag.
func (w *Workspace) ExpectNoResources() {
	w.T.Helper()
	if left := w.State(); len(left) > 0 {
		w.T.Errorf("the state still holds %v", left)
	}
}

// Squeeze undoes Terraform's wrapping and framing, so that a text can be looked for.
func Squeeze(output string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)), " ")
}
