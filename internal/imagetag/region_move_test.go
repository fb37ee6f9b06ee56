// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// A tag that moves to a resource of another region is replaced: the old one is deleted there, and the new one created here.
func TestAccAMoveToAnotherRegion(t *testing.T) {
	t.Parallel()
	mock := startRegions(t)
	own, second := regionImage(mock, imstest.ProjectID, 1), regionImage(mock, secondProject, 2)
	block := regionsBlock(mock, regionLogins["an access key"].block)
	w := acctest.NewWorkspace(t, mock, block+acctest.TagBlock("old", own, "stage", "production"))
	w.Run("apply", "-auto-approve")
	w.Write("main.tf", block+acctest.TagBlock("new", second, "stage", "production", fmt.Sprintf("region = %q", secondRegion))+
		"moved {\n  from = ims_image_tag.old\n  to = ims_image_tag.new\n}\n")
	w.Run("apply", "-auto-approve")
	acctest.ExpectTags(t, mock, own, map[string]string{})
	acctest.ExpectTags(t, mock, second, map[string]string{"stage": "production"})
	w.Run("plan", "-detailed-exitcode")
}

// An import by identity calls the region of the identity and no other.
func TestImportByIdentityOfAnotherRegion(t *testing.T) {
	t.Parallel()
	mock := startRegions(t)
	image := regionImage(mock, secondProject, 2)
	mock.SetTag(image, "stage", "production")
	settings := map[string]string{
		"region": imstest.Region, "endpoint": mock.URL(), "auth_url": mock.URL() + "/v3", "project_id": imstest.ProjectID,
		"access_key": imstest.AccessKey, "secret_key": imstest.SecretKey, "domain_id": imstest.DomainID,
	}
	p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	p.Configure(settings)
	identity := map[string]string{"region": secondRegion, "image_id": image, "key": "stage"}
	resp := p.ImportState("", p.IdentityOf(identity))
	if len(resp.Diagnostics) == 0 || !strings.Contains(strings.Join(acctest.Details(resp.Diagnostics), "\n"), secondRegion) {
		t.Errorf("without its endpoint the diagnostics are %q", acctest.Details(resp.Diagnostics))
	}

	mock.SetCatalog("image", secondRegion, mock.RegionURL(secondRegion))
	again := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	again.Configure(settings)
	resp = again.ImportState("", again.IdentityOf(identity))
	var errors []*tfprotov6.Diagnostic
	for _, d := range resp.Diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			errors = append(errors, d)
		}
	}
	if len(errors) > 0 || len(resp.ImportedResources) != 1 {
		t.Fatalf("the diagnostics are %q", acctest.Details(resp.Diagnostics))
	}
	state := again.Strings(again.Resource, resp.ImportedResources[0].State)
	if state["region"] != secondRegion || state["project_id"] != secondProject {
		t.Errorf("the state is %v", state)
	}
	if got := mock.CountIn(imstest.Region); got != 0 {
		t.Errorf("%d calls in the region of the provider", got)
	}
}

// unknownRegionConfig is a tag that follows the provider's region, which is unknown in the plan when the stage changes.
func unknownRegionConfig(mock *imstest.Server, image, region, stage, value string) string {
	block := strings.Replace(regionsBlock(mock, regionLogins["an access key"].block+fmt.Sprintf("\n project_id = %q", imstest.ProjectID)),
		fmt.Sprintf("region    = %q", imstest.Region), "region    = terraform_data.region.output", 1)
	block = strings.Replace(block, "endpoint  =", "# endpoint  =", 1)
	block = strings.Replace(block, "endpoints = {", fmt.Sprintf("endpoints = { %q = %q, ", imstest.Region, mock.URL()), 1)
	return fmt.Sprintf("resource \"terraform_data\" \"region\" {\n  input = %q\n  triggers_replace = %q\n}\n", region, stage) +
		block + acctest.TagBlock("test", image, "stage", value)
}

// While the provider's region is unknown, a tag that changes plans it as unknown. The apply writes only if it is the same.
func TestAccTheProvidersRegionIsUnknownInThePlan(t *testing.T) {
	t.Parallel()
	mock := startRegions(t)
	image := regionImage(mock, imstest.ProjectID, 1)
	w := acctest.NewWorkspace(t, mock, unknownRegionConfig(mock, image, imstest.Region, "one", "test"))
	w.Run("apply", "-auto-approve")
	w.Write("main.tf", unknownRegionConfig(mock, image, imstest.Region, "two", "staging"))
	w.Run("apply", "-auto-approve")
	acctest.ExpectTags(t, mock, image, map[string]string{"stage": "staging"})

	mock.ResetLog()
	w.Write("main.tf", unknownRegionConfig(mock, image, secondRegion, "three", "production"))
	output := acctest.Squeeze(w.Fail("Cannot update image tag", "apply", "-auto-approve"))
	if !strings.Contains(output, "The region of the provider was unknown during the plan. It is "+secondRegion) {
		t.Errorf("the error is\n%s", output)
	}
	acctest.ExpectNoWrites(t, mock)
	if plan := w.Run("plan"); !strings.Contains(plan, "ims_image_tag.test must be replaced") {
		t.Errorf("the next plan is\n%s", plan)
	}
}
