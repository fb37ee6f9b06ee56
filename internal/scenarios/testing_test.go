// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
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

	w.Write("main.tf", strings.Replace(readExample(t, "testing"), "stage = var.stage", `stage = "production"`, 1))
	w.Fail(`run "the_stage_can_be_chosen"... fail`, "test")
}

// Terraform runs the whole of a test file with one process of the provider if the file has the provider block, and with one for each
// walk if the module has it. Either way, tags are created, changed and removed, and none is left behind.
func TestRealTagsInATest(t *testing.T) {
	t.Parallel()
	const planFirst = "run \"plan\" {\n  command = plan\n  variables {\n    keys = [\"a\", \"d\"]\n  }\n}\n"
	for name, c := range map[string]struct {
		inFile bool
		extra  string // setting of the provider
		first  string // run
		passed int
	}{
		"the provider block in the module":               {false, "", planFirst, 3},
		"the provider block in the test file":            {true, "", "", 2},
		"the provider block in the test file, and plans": {true, "plan_checks = false", planFirst, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			image, other := mock.AddImage("web"), mock.AddImage("other")
			module, file := "", strings.Replace(acctest.ProviderBlock(mock), "{", "{\n"+c.extra, 1)
			if !c.inFile {
				module, file = file, module
			}
			w := acctest.NewWorkspace(t, mock, module+`
variable "keys" {
  type = set(string)
}
variable "value" {
  type    = string
  default = "first"
}
resource "ims_image_tag" "test" {
  for_each = var.keys
  image_id = "`+image+`"
  key      = each.key
  value    = var.value
}
resource "ims_image_tags" "test" {
  image_id = "`+image+`"
  tags     = { for key in var.keys : "set-${key}" => var.value }
}
resource "ims_image_tag" "replaced" {
  image_id = "`+image+`"
  key      = "replaced-${var.value}"
  value    = "v"
}
resource "ims_image_tags" "replaced" {
  image_id  = var.value == "first" ? "`+image+`" : "`+other+`"
  tags      = { moved = var.value }
}
resource "ims_image_tag" "created_first" {
  image_id = "`+other+`"
  key      = "k"
  value    = "v"
  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.value]
  }
}
resource "terraform_data" "value" {
  input = var.value
}
`)
			needTerraform(t, w, 6)
			w.Write("real.tftest.hcl", file+c.first+`
run "create" {
  variables {
    keys = ["a", "b"]
  }
}
run "change" {
  variables {
    keys  = ["b", "c"]
    value = "second"
  }
}
`)
			passed := fmt.Sprintf("Success! %d passed, 0 failed.", c.passed)
			output := w.Run("test")
			if warnings := strings.Count(output, "not deleted"); !strings.Contains(output, passed) || warnings != 1 {
				t.Errorf("the test says\n%s", output)
			}
			if left := mock.AllTags(); len(left) > 0 {
				t.Errorf("the tags %v are left", left)
			}
		})
	}
}
