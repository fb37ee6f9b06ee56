// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const (
	secondRegion  = "mock-2"
	secondProject = "22222222222222222222222222222222"
	otherOfSecond = "33333333333333333333333333333333"
	thirdRegion   = "mock-3"
	thirdProject  = "44444444444444444444444444444444"
)

// startRegions starts a mock with three regions: the default one with one project, the second with two, the third with one.
func startRegions(t *testing.T) *imstest.Server {
	t.Helper()
	return imstest.Start(t, imstest.WithRegion(secondRegion, secondProject, otherOfSecond), imstest.WithRegion(thirdRegion, thirdProject))
}

// regionImage is the id of an image that the mock has in a project.
func regionImage(mock *imstest.Server, project string, number int) string {
	id := fmt.Sprintf("%08d-aaaa-4bbb-8ccc-dddddddddddd", number)
	mock.PutImage(imstest.Image{ID: id, ProjectID: project})
	return id
}

// regionsBlock is a provider block with the endpoint of each region. The login is added.
func regionsBlock(mock *imstest.Server, login string) string {
	return fmt.Sprintf(`
provider "ims" {
  region    = %q
  endpoint  = %q
  auth_url  = "%s/v3"
  endpoints = { %q = %q, %q = %q }
  %s
}
`, imstest.Region, mock.URL(), mock.URL(), secondRegion, mock.RegionURL(secondRegion), thirdRegion, mock.RegionURL(thirdRegion), login)
}

// A region that is down fails only its own tags, and the errors name it.
func TestAccARegionThatIsDown(t *testing.T) {
	t.Parallel()
	mock := startRegions(t)
	own, second := regionImage(mock, imstest.ProjectID, 1), regionImage(mock, secondProject, 2)
	mock.SetRegionDown(secondRegion, true)
	w := acctest.NewWorkspace(t, nil, regionsBlock(mock, regionLogins["an access key"].block+"\n max_retries = 0")+
		acctest.TagBlock("own", own, "stage", "production")+
		acctest.TagBlock("second", second, "stage", "production", fmt.Sprintf("region = %q", secondRegion)))
	output := acctest.Squeeze(w.Fail("Cannot create image tag", "apply", "-auto-approve"))
	if !strings.Contains(output, "Region: "+secondRegion) {
		t.Errorf("the error does not name the region:\n%s", output)
	}
	acctest.ExpectTags(t, mock, own, map[string]string{"stage": "production"})
	mock.SetRegionDown(secondRegion, false)
	w.Run("apply", "-auto-approve")
	acctest.ExpectTags(t, mock, second, map[string]string{"stage": "production"})
}

// A region whose project was found in the plan, and cannot be looked up in the apply, is an error that says so.
func TestAccARegionThatIsNotFoundInTheApply(t *testing.T) {
	t.Parallel()
	mock := startRegions(t)
	second := regionImage(mock, secondProject, 2)
	w := acctest.NewWorkspace(t, nil, regionsBlock(mock, regionLogins["an access key"].block+"\nproject_id = \""+imstest.ProjectID+"\"")+
		acctest.TagBlock("second", second, "stage", "production", fmt.Sprintf("region = %q", secondRegion)))
	w.Run("plan", "-out=plan")
	denied := imstest.Answer{Status: http.StatusForbidden, Body: `{"error":{"code":403,"message":"No permission."}}`}
	mock.ForceAlways(imstest.ListProjects, denied)
	mock.ForceAlways(imstest.OwnProjects, denied)
	output := acctest.Squeeze(w.Fail("Error: ", "apply", "plan"))
	if !acctest.AnnouncesApplies() {
		return // the provider cannot tell the apply from a plan, in which this is no error
	}
	if !strings.Contains(output, "Cannot use region "+secondRegion) || strings.Contains(output, "inconsistent") {
		t.Errorf("the error is\n%s", output)
	}
}

// An endpoint of the default region is not used for another one.
func TestAccARegionWithoutAnEndpoint(t *testing.T) {
	t.Parallel()
	mock := startRegions(t)
	second := regionImage(mock, secondProject, 2)
	block := strings.Replace(regionsBlock(mock, regionLogins["an access key"].block), "endpoints =", "# endpoints =", 1)
	w := acctest.NewWorkspace(t, mock, block+acctest.TagBlock("test", second, "stage", "production", fmt.Sprintf("region = %q", secondRegion)))
	output := acctest.Squeeze(w.Fail("endpoints", "apply", "-auto-approve"))
	if !strings.Contains(output, secondRegion) {
		t.Errorf("the error does not name the region:\n%s", output)
	}
	if got := mock.Count(imstest.WriteTag); got != 0 {
		t.Errorf("%d writes", got)
	}
}

// A tag of another region is imported by calls of that region alone, and the plan says what to add and replaces nothing.
func TestAccImportFromAnotherRegion(t *testing.T) {
	t.Parallel()
	for name, id := range map[string]string{"a region": secondRegion + "/", "a region and a project": secondRegion + "/" + otherOfSecond + "/"} {
		for _, byBlock := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, by a block: %t", name, byBlock), func(t *testing.T) {
				t.Parallel()
				mock := startRegions(t)
				project := secondProject
				if strings.Contains(id, otherOfSecond) {
					project = otherOfSecond
				}
				image := regionImage(mock, project, 2)
				mock.SetTag(image, "stage", "production")
				w := acctest.NewWorkspace(t, mock, regionsBlock(mock, regionLogins["an access key"].block+fmt.Sprintf("\n project_id = %q", imstest.ProjectID))+
					acctest.TagBlock("test", image, "stage", "production"))
				if byBlock {
					w.Write("import.tf", fmt.Sprintf("import {\n  to = ims_image_tag.test\n  id = %q\n}\n", id+image+"/stage"))
					w.Run("apply", "-auto-approve")
				} else {
					w.Run("import", acctest.Addr, id+image+"/stage")
				}
				output := acctest.Squeeze(w.Run("plan", "-detailed-exitcode"))
				if !strings.Contains(output, fmt.Sprintf("region = %q", secondRegion)) {
					t.Errorf("the plan does not say what to add:\n%s", output)
				}
				if got := mock.CountIn(imstest.Region) + mock.CountIn(thirdRegion); got != 0 {
					t.Errorf("%d calls in other regions", got)
				}
				acctest.ExpectNoWrites(t, mock)
				w.Write("main.tf", regionsBlock(mock, regionLogins["an access key"].block+fmt.Sprintf("\n project_id = %q", imstest.ProjectID))+
					acctest.TagBlock("test", image, "stage", "production", fmt.Sprintf("region = %q\n project_id = %q", secondRegion, project)))
				if output := w.Run("plan", "-detailed-exitcode"); strings.Contains(output, "Warning: Imported") {
					t.Errorf("the plan still warns:\n%s", output)
				}
			})
		}
	}
}

// A tag that moves to another region is replaced, and one that follows the provider's region with it.
func TestAccARegionThatChanges(t *testing.T) {
	t.Parallel()
	mock := startRegions(t)
	own := regionImage(mock, imstest.ProjectID, 1)
	keys := regionLogins["an access key"].block + "\n plan_checks = false" // no image has the same ID in another region
	w := acctest.NewWorkspace(t, mock, regionsBlock(mock, keys)+acctest.TagBlock("test", own, "stage", "production"))
	w.Run("apply", "-auto-approve")
	w.Write("main.tf", regionsBlock(mock, keys)+acctest.TagBlock("test", own, "stage", "production", fmt.Sprintf("region = %q", imstest.Region)))
	w.Run("plan", "-detailed-exitcode") // the default, said
	w.Write("main.tf", regionsBlock(mock, keys)+acctest.TagBlock("test", own, "stage", "production", fmt.Sprintf("region = %q", secondRegion)))
	if output := w.Run("plan"); !strings.Contains(output, "ims_image_tag.test must be replaced") || !strings.Contains(output, secondProject) {
		t.Errorf("the plan is\n%s", output)
	}
	block := strings.Replace(regionsBlock(mock, keys), fmt.Sprintf("region    = %q", imstest.Region), fmt.Sprintf("region    = %q", secondRegion), 1)
	block = strings.Replace(block, fmt.Sprintf("endpoint  = %q", mock.URL()), fmt.Sprintf("endpoint  = %q", mock.RegionURL(secondRegion)), 1)
	block = strings.Replace(block, fmt.Sprintf("{ %q", secondRegion), fmt.Sprintf("{ %q = %q, %q", imstest.Region, mock.URL(), secondRegion), 1)
	w.Write("main.tf", block+acctest.TagBlock("test", own, "stage", "production"))
	if output := w.Run("plan"); !strings.Contains(output, "ims_image_tag.test must be replaced") {
		t.Errorf("with another region of the provider the plan is\n%s", output)
	}
}

// A region that is unknown in the plan is planned as unknown, and so is its project.
func TestAccARegionThatIsUnknownInThePlan(t *testing.T) {
	t.Parallel()
	mock := startRegions(t)
	second := regionImage(mock, secondProject, 2)
	w := acctest.NewWorkspace(t, mock, regionsBlock(mock, regionLogins["an access key"].block)+
		fmt.Sprintf("resource \"terraform_data\" \"region\" {\n  input = %q\n}\n", secondRegion)+
		acctest.TagBlock("test", second, "stage", "production", "region = terraform_data.region.output"))
	w.Run("apply", "-auto-approve")
	acctest.ExpectTags(t, mock, second, map[string]string{"stage": "production"})
	w.Run("plan", "-detailed-exitcode")
}
