// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

const examples = "../../examples"

type (
	tags      = map[string]string
	object    = map[string]any
	callCount = map[imstest.Operation]int
)

// scenario is an example and what its applies do.
type scenario struct {
	start    func(t *testing.T) *imstest.Server // nil: a mock with the images of a family
	provider func(mock *imstest.Server) string  // block; nil: the default one
	minMinor int                                // oldest Terraform 1.x that can run it
	steps    []step
}

// step is an apply of the example.
type step struct {
	before    func(mock *imstest.Server) // changes outside of Terraform
	variables object
	plan      string          // what Terraform says about it
	outputs   object          // all that the state has afterwards
	images    map[string]tags // tags of images afterwards
	calls     callCount       // all that were made
}

// run applies the steps. After each of them, nothing is left to change.
func (s scenario) run(t *testing.T, name string) {
	t.Helper()
	if s.start == nil {
		s.start = startFamily
	}
	if s.provider == nil {
		s.provider = acctest.ProviderBlock
	}
	mock := s.start(t)
	w := newExample(t, mock, name, s.provider(mock))
	needTerraform(t, w, s.minMinor)
	for _, step := range s.steps {
		step.run(t, w, mock)
	}
}

func (s step) run(t *testing.T, w *acctest.Workspace, mock *imstest.Server) {
	t.Helper()
	if s.before != nil {
		s.before(mock)
	}
	setVariables(t, w, s.variables)
	mock.ResetLog()
	if output := w.Run("apply", "-auto-approve"); !strings.Contains(output, s.plan) {
		t.Errorf("with %v, the apply does not say %q:\n%s", s.variables, s.plan, output)
	}
	acctest.ExpectAllCalls(t, calls(mock), s.calls)
	if got := outputs(t, w); !reflect.DeepEqual(got, s.outputs) {
		t.Errorf("with %v, the outputs are %v, want %v", s.variables, got, s.outputs)
	}
	for image, want := range s.images {
		acctest.ExpectTags(t, mock, image, want)
	}
	w.Run("plan", "-detailed-exitcode")
}

// newExample is a workspace with an example, which uses the provider that these tests have built.
func newExample(t *testing.T, mock *imstest.Server, name, provider string) *acctest.Workspace {
	t.Helper()
	w := acctest.NewWorkspace(t, mock, readExample(t, name))
	w.Write("provider.tf", provider)
	return w
}

func readExample(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(examples, name, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	return strings.Replace(string(content), tfrun.Source, "hashicorp/ims", 1)
}

func setVariables(t *testing.T, w *acctest.Workspace, variables object) {
	t.Helper()
	content, err := json.Marshal(variables)
	if err != nil {
		t.Fatal(err)
	}
	w.Write("terraform.tfvars.json", string(content))
}

// outputs returns the outputs in the state.
func outputs(t *testing.T, w *acctest.Workspace) object {
	t.Helper()
	var all map[string]struct{ Value any }
	if err := json.Unmarshal([]byte(w.Run("output", "-json")), &all); err != nil {
		t.Fatal(err)
	}
	values := make(object)
	for name, output := range all {
		values[name] = output.Value
	}
	return values
}

// calls returns how often each operation of the image service was called.
func calls(mock *imstest.Server) callCount {
	count := make(callCount)
	for _, operation := range []imstest.Operation{
		imstest.WriteTag, imstest.ListTags, imstest.DeleteTag, imstest.BatchTags, imstest.ProjectTags, imstest.ImagesByTag,
		imstest.ListImages, imstest.Unknown,
	} {
		if n := mock.Count(operation); n > 0 {
			count[operation] = n
		}
	}
	return count
}

var versionLine = regexp.MustCompile(`(Terraform|OpenTofu) v1\.(\d+)\.`)

// needTerraform skips the test if Terraform is older than 1.minor. OpenTofu is new enough.
func needTerraform(t *testing.T, w *acctest.Workspace, minor int) {
	t.Helper()
	name, got := version(t, w)
	if name == "Terraform" && got < minor {
		t.Skipf("needs Terraform 1.%d", minor)
	}
}

// version returns the name of the program, and the second number of its version.
func version(t *testing.T, w *acctest.Workspace) (name string, minor int) {
	t.Helper()
	output := w.Run("version")
	parts := versionLine.FindStringSubmatch(output)
	if parts == nil {
		t.Fatalf("the version is %q", output)
	}
	minor, err := strconv.Atoi(parts[2])
	if err != nil {
		t.Fatal(err)
	}
	return parts[1], minor
}
