// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// followingConfig is a tag that follows the provider's project, which is unknown in the plan when the stage changes.
func followingConfig(mock *imstest.Server, image, project, stage, value string) string {
	return fmt.Sprintf(`
resource "terraform_data" "project" {
  input            = %q
  triggers_replace = %q
}

provider "ims" {
  endpoint   = %q
  project_id = terraform_data.project.output
  access_key = %q
  secret_key = %q
}
`, project, stage, mock.URL(), imstest.AccessKey, imstest.SecretKey) + acctest.TagBlock("test", image, "environment", value)
}

// startFollowing applies a tag that follows the provider's project.
func startFollowing(t *testing.T) (*imstest.Server, string, *acctest.Workspace) {
	t.Helper()
	mock, image := acctest.StartWithImage(t)
	w := acctest.NewWorkspace(t, mock, followingConfig(mock, image, imstest.ProjectID, "one", "production"))
	w.Run("apply", "-auto-approve")
	mock.ResetLog()
	return mock, image, w
}

func TestAccProjectUnknownInThePlanAndTheSameLater(t *testing.T) {
	t.Parallel()
	mock, image, w := startFollowing(t)
	w.Write("main.tf", followingConfig(mock, image, imstest.ProjectID, "two", "production"))
	if output := w.Run("apply", "-auto-approve"); !strings.Contains(output, "1 to add, 0 to change, 1 to destroy") {
		t.Errorf("a tag that does not change is changed:\n%s", output)
	}

	w.Write("main.tf", followingConfig(mock, image, imstest.ProjectID, "three", "staging"))
	w.Run("apply", "-auto-approve")
	acctest.ExpectCalls(t, mock, imstest.WriteTag, 1)
	acctest.ExpectTags(t, mock, image, map[string]string{"environment": "staging"})
	w.Run("plan", "-detailed-exitcode")
}

func TestAccProjectUnknownInThePlanAndAnotherLater(t *testing.T) {
	t.Parallel()
	mock, image, w := startFollowing(t)
	w.Write("main.tf", followingConfig(mock, image, acctest.OtherProject, "two", "staging"))
	output := acctest.Squeeze(w.Fail("Cannot update image tag", "apply", "-auto-approve"))
	if !strings.Contains(output, "The project of the provider was unknown during the plan. It is "+acctest.OtherProject) ||
		strings.Contains(output, "inconsistent final plan") {
		t.Errorf("the error is\n%s", output)
	}
	acctest.ExpectNoWrites(t, mock)
	if plan := w.Run("plan"); !strings.Contains(plan, "ims_image_tag.test must be replaced") {
		t.Errorf("the next plan is\n%s", plan)
	}
}

// An import from another project plans nothing that would delete the tag there, and says what to add.
func TestAccImportFromAnotherProject(t *testing.T) {
	t.Parallel()
	shared := imstest.Image{ID: pinnedImage, ProjectID: acctest.OtherProject, Name: "shared"}
	remark := `The image tag "environment" was imported from project ` + acctest.OtherProject
	for _, byBlock := range []bool{true, false} {
		t.Run(fmt.Sprintf("by a block: %t", byBlock), func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			mock.PutImage(shared)
			mock.SetTag(shared.ID, "environment", "production")
			config := acctest.WithAccessKey(acctest.TagConfig(mock, shared.ID, "environment", "production"))
			id := strings.ToUpper(acctest.OtherProject) + "/" + shared.ID + "/environment"
			w := acctest.NewWorkspace(t, mock, config)
			if byBlock {
				w.Write("import.tf", fmt.Sprintf("import {\n  to = ims_image_tag.test\n  id = %q\n}\n", id))
				w.Run("apply", "-auto-approve")
			} else if output := acctest.Squeeze(w.Run("import", acctest.Addr, id)); !strings.Contains(output, remark) {
				t.Errorf("the import does not say what to add:\n%s", output)
			}

			output := w.Run("plan", "-detailed-exitcode")
			if !strings.Contains(acctest.Squeeze(output), remark) || !strings.Contains(output, `project_id = "`+acctest.OtherProject+`"`) {
				t.Errorf("the plan does not say what to add:\n%s", output)
			}
			w.Write("main.tf", acctest.WithAccessKey(
				acctest.TagConfig(mock, shared.ID, "environment", "production", fmt.Sprintf("project_id = %q", acctest.OtherProject))))
			if output := w.Run("plan", "-detailed-exitcode"); strings.Contains(output, "Warning: Imported") {
				t.Errorf("the plan still says so:\n%s", output)
			}
			acctest.ExpectNoWrites(t, mock)
		})
	}
}

// Project ids are the same in any case.
func TestAccProjectInUpperCase(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	config := func(project, value string) string {
		return acctest.TagConfig(mock, image, "environment", value, fmt.Sprintf("project_id = %q", project))
	}
	upper := strings.ToUpper(imstest.ProjectID)
	w := acctest.NewWorkspace(t, mock, config(upper, "production"))
	w.Run("apply", "-auto-approve")
	for _, main := range []string{
		config(upper, "production"), config(imstest.ProjectID, "production"), acctest.TagConfig(mock, image, "environment", "production"),
	} {
		w.Write("main.tf", main)
		w.Run("plan", "-detailed-exitcode")
	}
	w.Write("main.tf", config(imstest.ProjectID, "staging"))
	w.Run("apply", "-auto-approve")
	w.Run("plan", "-detailed-exitcode")
	acctest.ExpectCalls(t, mock, imstest.DeleteTag, 0)
	for _, r := range mock.Requests() {
		if strings.Contains(r.Path, upper) {
			t.Errorf("%s %s has the project in upper case", r.Method, r.Path)
		}
	}
}

// Two spellings of a project share the claims to its tags.
func TestAccTwoSpellingsOfAProjectShareClaims(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	upper := fmt.Sprintf("project_id = %q", strings.ToUpper(imstest.ProjectID))
	w := acctest.NewWorkspace(t, mock, acctest.ProviderBlock(mock)+acctest.TagBlock("old", image, "environment", "production", upper))
	w.Run("apply", "-auto-approve")
	w.Write("main.tf", acctest.ProviderBlock(mock)+acctest.TagBlock("new", image, "environment", "production"))
	w.Run("apply", "-auto-approve")
	acctest.ExpectTags(t, mock, image, map[string]string{"environment": "production"})
	w.Run("plan", "-detailed-exitcode")
}
