// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func TestAccImageTagImport(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"environment", "team/cost/center", "with space", ".."} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				CheckDestroy:             acctest.NoTagsLeft(mock),
				Steps: []resource.TestStep{
					{Config: acctest.TagConfig(mock, image, key, "production")},
					{ // terraform import with the image and the key
						ResourceName:      acctest.Addr,
						ImportState:       true,
						ImportStateId:     image + "/" + key,
						ImportStateVerify: true,
					},
					{ // terraform import with the project
						ResourceName:      acctest.Addr,
						ImportState:       true,
						ImportStateId:     imstest.ProjectID + "/" + image + "/" + key,
						ImportStateVerify: true,
					},
					{ // an import block with an id
						ResourceName:    acctest.Addr,
						ImportState:     true,
						ImportStateKind: resource.ImportBlockWithID,
						ImportStateId:   image + "/" + key,
						ImportPlanChecks: resource.ImportPlanChecks{
							PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(acctest.Addr, plancheck.ResourceActionNoop)},
						},
					},
				},
			})
		})
	}
}

// Runs where a Terraform with identities is; the protocol tests show the same with any.
func TestAccImageTagImportByIdentity(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             acctest.NoTagsLeft(mock),
		Steps: []resource.TestStep{
			{Config: acctest.TagConfig(mock, image, "environment", "production")},
			{
				ResourceName:    acctest.Addr,
				ImportState:     true,
				ImportStateKind: resource.ImportBlockWithResourceIdentity,
			},
		},
	})
}

// An import reads once and writes nothing, and takes over a value that the configuration does not have as it is.
func TestAccImageTagImportBlockTakesOverATagMadeOutside(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "environment", "made elsewhere")
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "made elsewhere")+
		fmt.Sprintf("import {\n  to = ims_image_tag.test\n  id = %q\n}\n", image+"/environment"))

	output := w.Run("plan")
	if !strings.Contains(output, "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy.") {
		t.Errorf("the plan is not an import alone:\n%s", output)
	}
	acctest.ExpectCalls(t, mock, imstest.ListTags, 1)

	w.Run("apply", "-auto-approve")
	acctest.ExpectNoWrites(t, mock)
	w.Run("plan", "-detailed-exitcode")
}

// Tags that older APIs made can be longer than what can be configured: they can be imported and removed.
func TestAccImageTagImportOfATagBeyondTheLimits(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	key, value := strings.Repeat("k", 127), strings.Repeat("v", 255)
	mock.SetTag(image, key, value)
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production"))

	w.Run("import", "ims_image_tag.test", image+"/"+key)
	if shown := w.Run("show"); !strings.Contains(shown, value) {
		t.Errorf("the state does not hold the long value:\n%s", shown)
	}
	w.Run("destroy", "-auto-approve")
	acctest.ExpectTags(t, mock, image, map[string]string{})
}

func TestAccImageTagImportErrors(t *testing.T) {
	t.Parallel()
	const image = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
	cases := map[string]struct {
		id   string
		want []string
	}{
		"no key":                     {image, []string{"the key is missing", "{image_id}/{key}", "{project_id}/{image_id}/{key}"}},
		"an empty key":               {image + "/", []string{"the key is missing"}},
		"no image":                   {"environment", []string{`"environment" is not the UUID of an image`}},
		"a broken image":             {"0b1c2d3e/environment", []string{`"0b1c2d3e" is not the UUID of an image`}},
		"a project alone":            {imstest.ProjectID, []string{"is not the UUID of an image"}},
		"a project without an image": {imstest.ProjectID + "/environment", []string{`"environment" is not the UUID of an image`}},
		"a tag that is not there": {image + "/Environment", []string{
			"Cannot import image tag", `The image has the keys "environment", "owner".`, "case-sensitive",
		}},
		"an image without tags": {"0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f1/environment", []string{"The image has no tags."}},
		"an image that is not there": {"ffffffff-4f50-6172-8394-a5b6c7d8e9f0/environment", []string{
			"Cannot import image tag", "Image not found",
		}},
		"another project": {"ffffffffffffffffffffffffffffffff/" + image + "/environment", []string{"The project does not match the credentials"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			mock.PutImage(imstest.Image{ID: image, Name: "golden"})
			mock.SetTag(image, "environment", "production")
			mock.SetTag(image, "owner", "platform")
			mock.PutImage(imstest.Image{ID: "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f1", Name: "bare"})
			w := acctest.NewWorkspace(t, mock, acctest.WithAccessKey(acctest.TagConfig(mock, image, "environment", "production")))

			output := acctest.Squeeze(w.Fail("Cannot import image tag", "import", "ims_image_tag.test", c.id))
			for _, want := range c.want {
				if !strings.Contains(output, want) {
					t.Errorf("the error does not say %q:\n%s", want, output)
				}
			}
			acctest.ExpectNoWrites(t, mock)
		})
	}
}

func TestAccImageTagImportBlockOfAMissingTagIsAnError(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "owner", "platform")
	config := acctest.TagConfig(mock, image, "environment", "production")
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config:      config + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", acctest.Addr, image+"/environment"),
			ExpectError: regexp.MustCompile(`(?i)the\s+image\s+has\s+the\s+keys\s+"owner"`),
		}},
	})
	acctest.ExpectNoWrites(t, mock)
}

// A tag that was imported from another project is replaced there, if the configuration says so. If not, the plan fails, because
// the apply could not know where.
func TestAccATagFromAnotherProjectIsReplaced(t *testing.T) {
	t.Parallel()
	project, region := fmt.Sprintf("project_id = %q", acctest.OtherProject), fmt.Sprintf("region = %q", imstest.Region)
	cases := map[string]struct {
		extra    []string
		replaces bool
	}{
		"nothing":                               {nil, false},
		"nothing, with a new resource first":    {[]string{createBeforeDestroy}, false},
		"region":                                {[]string{region}, false},
		"project_id":                            {[]string{project}, true},
		"project_id, with a new resource first": {[]string{project, createBeforeDestroy}, true},
		"both":                                  {[]string{region, project}, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			const image = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
			mock.PutImage(imstest.Image{ID: image, ProjectID: acctest.OtherProject})
			mock.SetTag(image, "environment", "production")
			config := func(key string) string {
				text := acctest.WithAccessKey(acctest.TagConfig(mock, image, key, "production", c.extra...))
				return strings.Replace(text, "endpoint ", fmt.Sprintf("region   = %q\n  endpoint ", imstest.Region), 1)
			}
			w := acctest.NewWorkspace(t, mock, config("environment"))
			w.Run("import", acctest.Addr, acctest.OtherProject+"/"+image+"/environment")
			w.Run("plan", "-detailed-exitcode")
			w.Write("main.tf", config("stage"))
			if !c.replaces {
				output := w.Fail("Imported resource needs project_id", "apply", "-auto-approve")
				if !strings.Contains(output, project) || !strings.Contains(output, fmt.Sprintf("region     = %q", imstest.Region)) {
					t.Errorf("the output is\n%s", output)
				}
				acctest.ExpectTags(t, mock, image, map[string]string{"environment": "production"})
				return
			}
			w.Run("apply", "-auto-approve")
			w.Run("plan", "-detailed-exitcode")
			acctest.ExpectTags(t, mock, image, map[string]string{"stage": "production"})
		})
	}
}

// The region alone does not say in which of its projects the tag is.
func TestAccATagFromAnotherRegionIsReplaced(t *testing.T) {
	t.Parallel()
	mock := startRegions(t)
	image := regionImage(mock, otherOfSecond, 2)
	mock.SetTag(image, "stage", "production")
	head := regionsBlock(mock, regionLogins["an access key"].block+fmt.Sprintf("\n project_id = %q", imstest.ProjectID))
	region, project := fmt.Sprintf("region = %q", secondRegion), fmt.Sprintf("project_id = %q", otherOfSecond)
	w := acctest.NewWorkspace(t, mock, head+acctest.TagBlock("test", image, "stage", "production"))
	w.Run("import", acctest.Addr, secondRegion+"/"+otherOfSecond+"/"+image+"/stage")
	if output := w.Run("plan"); !strings.Contains(output, "Imported resource needs region") || !strings.Contains(output, project) {
		t.Errorf("the plan is\n%s", output)
	}
	for _, extra := range [][]string{{region}, {project}} {
		w.Write("main.tf", head+acctest.TagBlock("test", image, "phase", "production", extra...))
		w.Fail("Imported resource needs project_id", "apply", "-auto-approve")
		acctest.ExpectTags(t, mock, image, map[string]string{"stage": "production"})
	}
	w.Write("main.tf", head+acctest.TagBlock("test", image, "phase", "production", region, project))
	w.Run("apply", "-auto-approve")
	w.Run("plan", "-detailed-exitcode")
	acctest.ExpectTags(t, mock, image, map[string]string{"phase": "production"})
}
