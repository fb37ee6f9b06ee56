package provider_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// binaryDir holds the provider as people run it.
var binaryDir string

func TestMain(m *testing.M) {
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "terraform-provider-ims-test-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	if err := tfrun.Build(context.Background(), tfrun.Module, filepath.Join(dir, tfrun.BinaryName)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	binaryDir = dir
	return m.Run()
}

// workspace is a folder in which the real Terraform runs the real provider against a mock. It is for what
// plugin-testing does not show: a single walk, the output, the log.
type workspace struct {
	t      *testing.T
	folder *tfrun.Folder
	dir    string
	env    []string
}

func newWorkspace(t *testing.T, mock *imstest.Server, config string) *workspace {
	t.Helper()
	folder, err := tfrun.New(terraformPath(t), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := folder.Override("hashicorp/ims", binaryDir); err != nil {
		t.Fatal(err)
	}
	w := &workspace{t: t, folder: folder, dir: folder.Dir, env: folder.Env}
	w.write("main.tf", config)
	if mock != nil {
		t.Cleanup(func() { expectCalls(t, mock, imstest.Unknown, 0) })
	}
	return w
}

func (w *workspace) write(name, content string) {
	w.t.Helper()
	if err := w.folder.Write(name, content); err != nil {
		w.t.Fatal(err)
	}
}

// run runs a command that has to succeed and returns what it printed.
func (w *workspace) run(args ...string) string {
	w.t.Helper()
	output, err := w.exec(args...)
	if err != nil {
		w.t.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, output)
	}
	return output
}

// fail runs a command that has to fail and to print a text, and returns what it printed.
func (w *workspace) fail(text string, args ...string) string {
	w.t.Helper()
	output, err := w.exec(args...)
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		w.t.Fatalf("terraform %s ended with %v, want it to fail\n%s", strings.Join(args, " "), err, output)
	}
	if !strings.Contains(output, text) {
		w.t.Fatalf("terraform %s did not print %q:\n%s", strings.Join(args, " "), text, output)
	}
	return output
}

func (w *workspace) exec(args ...string) (string, error) {
	w.t.Helper()
	args = append(args[:1:1], append([]string{"-no-color"}, args[1:]...)...)
	output, err := w.command(args...).CombinedOutput()
	return string(output), err
}

func (w *workspace) command(args ...string) *exec.Cmd {
	command := w.folder.Command(w.t.Context(), args...)
	command.Env = w.env
	return command
}

func terraformPath(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	path, err := tfrun.Find(exec.LookPath)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// state returns the tags that the state holds, by the image's id, in the form of the mock's AllTags.
func (w *workspace) state() map[string]map[string]string {
	w.t.Helper()
	content, err := os.ReadFile(filepath.Join(w.dir, "terraform.tfstate"))
	if err != nil {
		w.t.Fatal(err)
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
		w.t.Fatal(err)
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

func (w *workspace) expectNoResources() {
	w.t.Helper()
	if left := w.state(); len(left) > 0 {
		w.t.Errorf("the state still holds %v", left)
	}
}

// squeeze undoes Terraform's wrapping and framing, so that a text can be looked for.
func squeeze(output string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)), " ")
}
