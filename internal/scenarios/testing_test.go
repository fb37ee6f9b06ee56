// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
)

// "terraform test" of the example passes without a cloud, and finds a mistake.
func TestAccExampleOfTestsNeedsNoCloud(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorkspace(t, nil, readExample(t, "testing"))
	if name, _ := version(t, w); name == "OpenTofu" {
		t.Skip("OpenTofu reads no .tfmock.hcl files")
	}
	needTerraform(t, w, 7)
	tests := os.DirFS(filepath.Join(examples, "testing", "tests"))
	if err := os.CopyFS(filepath.Join(w.Dir, "tests"), tests); err != nil {
		t.Fatal(err)
	}
	if output := w.Run("test"); !strings.Contains(output, "Success! 3 passed, 0 failed.") {
		t.Errorf("terraform test says\n%s", output)
	}

	w.Write("main.tf", strings.Replace(readExample(t, "testing"), "stage       = var.stage", `stage       = "production"`, 1))
	w.Fail(`run "the_stage_can_be_chosen"... fail`, "test")
}
