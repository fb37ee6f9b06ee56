package provider_test

import (
	"fmt"
	"strings"
	"testing"

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
  token      = %q
}
`, project, stage, mock.URL(), imstest.Token) + tagBlock("test", image, "environment", value)
}

// startFollowing applies a tag that follows the provider's project.
func startFollowing(t *testing.T) (*imstest.Server, string, *workspace) {
	t.Helper()
	mock, image := startWithImage(t)
	w := newWorkspace(t, mock, followingConfig(mock, image, imstest.ProjectID, "one", "production"))
	w.run("apply", "-auto-approve")
	mock.ResetLog()
	return mock, image, w
}

func TestAccProjectUnknownInThePlanAndTheSameLater(t *testing.T) {
	t.Parallel()
	mock, image, w := startFollowing(t)
	w.write("main.tf", followingConfig(mock, image, imstest.ProjectID, "two", "production"))
	if output := w.run("apply", "-auto-approve"); !strings.Contains(output, "1 to add, 0 to change, 1 to destroy") {
		t.Errorf("a tag that does not change is changed:\n%s", output)
	}

	w.write("main.tf", followingConfig(mock, image, imstest.ProjectID, "three", "staging"))
	w.run("apply", "-auto-approve")
	expectCalls(t, mock, imstest.WriteTag, 1)
	expectTags(t, mock, image, map[string]string{"environment": "staging"})
	w.run("plan", "-detailed-exitcode")
}

func TestAccProjectUnknownInThePlanAndAnotherLater(t *testing.T) {
	t.Parallel()
	mock, image, w := startFollowing(t)
	w.write("main.tf", followingConfig(mock, image, otherProject, "two", "staging"))
	output := squeeze(w.fail(`Cannot update image tag "environment"`, "apply", "-auto-approve"))
	if !strings.Contains(output, "The project of the provider was unknown when this was planned. It is "+otherProject) ||
		strings.Contains(output, "inconsistent final plan") {
		t.Errorf("the error is\n%s", output)
	}
	expectNoWrites(t, mock)
	if plan := w.run("plan"); !strings.Contains(plan, "ims_image_tag.test must be replaced") {
		t.Errorf("the next plan is\n%s", plan)
	}
}

// An import from another project plans nothing that would delete the tag there, and says what to add.
func TestAccImportFromAnotherProject(t *testing.T) {
	t.Parallel()
	shared := imstest.Image{ID: pinnedImage, ProjectID: otherProject, Name: "shared"}
	remark := `Image tag "environment" was imported from project ` + otherProject
	for _, byBlock := range []bool{true, false} {
		t.Run(fmt.Sprintf("by a block: %t", byBlock), func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			mock.PutImage(shared)
			mock.SetTag(shared.ID, "environment", "production")
			config := tagConfig(mock, shared.ID, "environment", "production")
			id := strings.ToUpper(otherProject) + "/" + shared.ID + "/environment"
			w := newWorkspace(t, mock, config)
			if byBlock {
				w.write("import.tf", fmt.Sprintf("import {\n  to = ims_image_tag.test\n  id = %q\n}\n", id))
				w.run("apply", "-auto-approve")
			} else if output := squeeze(w.run("import", addr, id)); !strings.Contains(output, remark) {
				t.Errorf("the import does not say what to add:\n%s", output)
			}

			output := w.run("plan", "-detailed-exitcode")
			if !strings.Contains(squeeze(output), remark) || !strings.Contains(output, `project_id = "`+otherProject+`"`) {
				t.Errorf("the plan does not say what to add:\n%s", output)
			}
			w.write("main.tf", tagConfig(mock, shared.ID, "environment", "production", fmt.Sprintf("project_id = %q", otherProject)))
			if output := w.run("plan", "-detailed-exitcode"); strings.Contains(output, "Warning: Imported") {
				t.Errorf("the plan still says so:\n%s", output)
			}
			expectNoWrites(t, mock)
		})
	}
}

// Project ids are the same in any case.
func TestAccProjectInUpperCase(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	config := func(project, value string) string {
		return tagConfig(mock, image, "environment", value, fmt.Sprintf("project_id = %q", project))
	}
	upper := strings.ToUpper(imstest.ProjectID)
	w := newWorkspace(t, mock, config(upper, "production"))
	w.run("apply", "-auto-approve")
	for _, main := range []string{
		config(upper, "production"), config(imstest.ProjectID, "production"), tagConfig(mock, image, "environment", "production"),
	} {
		w.write("main.tf", main)
		w.run("plan", "-detailed-exitcode")
	}
	w.write("main.tf", config(imstest.ProjectID, "staging"))
	w.run("apply", "-auto-approve")
	w.run("plan", "-detailed-exitcode")
	expectCalls(t, mock, imstest.DeleteTag, 0)
	for _, r := range mock.Requests() {
		if strings.Contains(r.Path, upper) {
			t.Errorf("%s %s has the project in upper case", r.Method, r.Path)
		}
	}
}

// Two spellings of a project share the claims to its tags.
func TestAccTwoSpellingsOfAProjectShareClaims(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	upper := fmt.Sprintf("project_id = %q", strings.ToUpper(imstest.ProjectID))
	w := newWorkspace(t, mock, providerBlock(mock)+tagBlock("old", image, "environment", "production", upper))
	w.run("apply", "-auto-approve")
	w.write("main.tf", providerBlock(mock)+tagBlock("new", image, "environment", "production"))
	w.run("apply", "-auto-approve")
	expectTags(t, mock, image, map[string]string{"environment": "production"})
	w.run("plan", "-detailed-exitcode")
}
