package provider_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
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
	build := exec.Command("go", "build", "-o", filepath.Join(dir, "terraform-provider-ims"), "../..")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if output, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the provider: %v\n%s", err, output)
		return 1
	}
	binaryDir = dir
	return m.Run()
}

// workspace is a folder in which the real Terraform runs the real provider against a mock. It is for what
// plugin-testing does not show: a single walk, the output, the log.
type workspace struct {
	t   *testing.T
	dir string
	env []string
}

func newWorkspace(t *testing.T, mock *imstest.Server, config string) *workspace {
	t.Helper()
	w := &workspace{t: t, dir: t.TempDir()}
	w.write("main.tf", config)
	w.write("terraformrc", fmt.Sprintf(`
provider_installation {
  dev_overrides {
    "hashicorp/ims" = %q
  }
  direct {}
}
`, binaryDir))
	w.env = append(cleanEnvironment(), "TF_CLI_CONFIG_FILE="+filepath.Join(w.dir, "terraformrc"))
	if mock != nil {
		t.Cleanup(func() { expectCalls(t, mock, imstest.Unknown, 0) })
	}
	return w
}

// cleanEnvironment is the developer's without what Terraform or the provider would read of it.
func cleanEnvironment() []string {
	env := []string{"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1"}
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		prefix, _, _ := strings.Cut(name, "_")
		switch prefix {
		case "TF", "IMS", "HW", "OS":
		default:
			env = append(env, variable)
		}
	}
	return env
}

func (w *workspace) write(name, content string) {
	w.t.Helper()
	if err := os.WriteFile(filepath.Join(w.dir, name), []byte(content), 0o600); err != nil {
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
	command := exec.CommandContext(w.t.Context(), terraformPath(w.t), args...)
	command.Dir = w.dir
	command.Env = w.env
	output, err := command.CombinedOutput()
	return string(output), err
}

func terraformPath(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	t.Fatal("neither terraform nor tofu is on the PATH")
	return ""
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
