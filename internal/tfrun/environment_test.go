// SPDX-License-Identifier: MPL-2.0

package tfrun_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

func TestFindPrefersTerraform(t *testing.T) {
	t.Parallel()
	both := func(name string) (string, error) { return "/bin/" + name, nil }
	if path, err := tfrun.Find(both); err != nil || path != "/bin/terraform" {
		t.Errorf("found %q, %v", path, err)
	}
	onlyTofu := func(name string) (string, error) {
		if name != "tofu" {
			return "", errors.New("not found")
		}
		return "/bin/tofu", nil
	}
	if path, err := tfrun.Find(onlyTofu); err != nil || path != "/bin/tofu" {
		t.Errorf("found %q, %v", path, err)
	}
}

func TestVariableNamesTheTerraformThatIsFound(t *testing.T) {
	t.Setenv("TF_ACC_TERRAFORM_PATH", "/opt/tofu")
	if path, err := tfrun.Find(tfrun.LookPath); err != nil || path != "/opt/tofu" {
		t.Errorf("found %q, %v", path, err)
	}
	t.Setenv("TF_ACC_TERRAFORM_PATH", "")
	t.Setenv("PATH", t.TempDir())
	if path, err := tfrun.Find(tfrun.LookPath); err == nil {
		t.Errorf("found %q on an empty PATH", path)
	}
}

func TestEnvironmentIsCleanedOfSettings(t *testing.T) {
	t.Parallel()
	got := tfrun.CleanEnvironment([]string{"PATH=/bin", "TF_LOG=TRACE", "HW_AUTH_TOKEN=t", "OS_TOKEN=t", "IMS_ENDPOINT=e", "OSTYPE=linux", "OS=Windows_NT"})
	if want := []string{"PATH=/bin", "OSTYPE=linux", "OS=Windows_NT"}; !slices.Equal(got, want) {
		t.Errorf("kept %q, want %q", got, want)
	}
}
