// SPDX-License-Identifier: MPL-2.0

package imagetags_test

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// What is unknown in the plan is written when it is known.
func TestAccUnknownPartsOfASet(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		input, image, tags string
		id                 bool // is known
	}{
		"the image": {`"IMAGE"`, "terraform_data.input.output", `{ stage = "test" }`, false},
		"a value":   {`"test"`, `"IMAGE"`, `{ stage = terraform_data.input.output }`, true},
		"the map":   {`{ stage = "test" }`, `"IMAGE"`, "terraform_data.input.output", true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			config := acctest.ProviderBlock(mock) + strings.ReplaceAll(fmt.Sprintf(`
resource "terraform_data" "input" {
  input = %s
}
resource "ims_image_tags" "test" {
  image_id = %s
  tags     = %s
}
`, c.input, c.image, c.tags), "IMAGE", image)
			id := plancheck.ExpectUnknownValue(addr, tfjsonpath.New("id"))
			if c.id {
				id = plancheck.ExpectKnownValue(addr, tfjsonpath.New("id"), knownvalue.StringExact(image))
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				CheckDestroy:             acctest.NoTagsLeft(mock),
				Steps: []resource.TestStep{{
					Config: config,
					ConfigPlanChecks: resource.ConfigPlanChecks{
						PreApply:             []plancheck.PlanCheck{id},
						PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
					},
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue(addr, tfjsonpath.New("tags"), exactly(tags{"stage": "test"})),
					},
					PostApplyFunc: func() { expectBatches(t, mock, create(tags{"stage": "test"})) },
				}},
			})
		})
	}
}

// Drift is put right a key at a time; an exclusive set shows and removes what others add, and leaves what it ignores.
func TestAccImageTagsDrift(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "ci-run", "7")
	mock.SetTag(image, "owner", "another team")
	set := tags{"stage": "production", "build": "1"}
	config := setConfig(mock, image, set, "exclusive = true", `ignore_keys = ["ci-*"]`)
	w := acctest.NewWorkspace(t, mock, config)

	if output := acctest.Squeeze(w.Run("plan")); !strings.Contains(output, `the apply removes the keys "owner"`) {
		t.Errorf("the plan does not show the tag that it removes:\n%s", output)
	}
	mock.ResetLog()
	w.Run("apply", "-auto-approve")
	expectBatches(t, mock, create(set), remove("owner"))
	acctest.ExpectTags(t, mock, image, with(set, tags{"ci-run": "7"}))

	mock.SetTag(image, "stage", "test")
	mock.RemoveTag(image, "build")
	mock.SetTag(image, "added", "x")
	output := w.Run("plan")
	for _, want := range []string{`- "added" = "x" -> null`, `+ "build" = "1"`, `~ "stage" = "test" -> "production"`} {
		if !strings.Contains(strings.Join(strings.Fields(output), " "), want) {
			t.Errorf("the plan does not show %s:\n%s", want, output)
		}
	}
	mock.ResetLog()
	w.Run("apply", "-auto-approve")
	expectBatches(t, mock, create(set), remove("added"))
	w.Run("plan", "-detailed-exitcode")
	w.Run("destroy", "-auto-approve")
	acctest.ExpectTags(t, mock, image, tags{"ci-run": "7"})
}

// A set that is renamed without a moved block keeps its tags, and a key can move to an ims_image_tag.
func TestAccARenamedSetKeepsItsTags(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	set := tags{"environment": "production", "build": "1"}
	w := acctest.NewWorkspace(t, mock, acctest.ProviderBlock(mock)+setBlock("old", image, set))
	w.Run("apply", "-auto-approve")
	w.Write("main.tf", acctest.ProviderBlock(mock)+setBlock("new", image, set))
	w.Run("apply", "-auto-approve")
	acctest.ExpectTags(t, mock, image, set)
	w.Run("plan", "-detailed-exitcode")

	rest := without(set, "environment")
	w.Write("main.tf", acctest.ProviderBlock(mock)+setBlock("new", image, rest)+acctest.TagBlock("test", image, "environment", "production"))
	w.Run("apply", "-auto-approve")
	acctest.ExpectTags(t, mock, image, set)
	w.Run("plan", "-detailed-exitcode")
	w.Run("destroy", "-auto-approve")
	acctest.ExpectTags(t, mock, image, tags{})
}

// A set in another region is written there, in the project of the login or the one that the resource names.
func TestAccASetInAnotherRegion(t *testing.T) {
	t.Parallel()
	const region, project = "mock-2", "22222222222222222222222222222222"
	mock := imstest.Start(t, imstest.WithRegion(region, project))
	mock.PutImage(imstest.Image{ID: pinnedImage, ProjectID: project})
	config := fmt.Sprintf(`
provider "ims" {
  region     = %q
  endpoint   = %q
  auth_url   = "%s/v3"
  endpoints  = { %q = %q }
  access_key = %q
  secret_key = %q
  domain_id  = %q
}
`, imstest.Region, mock.URL(), mock.URL(), region, mock.RegionURL(region), imstest.AccessKey, imstest.SecretKey, imstest.DomainID)
	set := tags{"stage": "test"}
	w := acctest.NewWorkspace(t, mock, config+setBlock("test", pinnedImage, set, fmt.Sprintf("region = %q", region)))
	w.Run("apply", "-auto-approve")
	if calls := mock.CountIn(region, imstest.BatchTags); calls != 1 || !maps.Equal(mock.Tags(pinnedImage), set) {
		t.Errorf("the region got %d writes, and the image has %v", calls, mock.Tags(pinnedImage))
	}
	w.Run("plan", "-detailed-exitcode")
	w.Run("destroy", "-auto-approve")
	acctest.ExpectTags(t, mock, pinnedImage, tags{})
}

// While the project of the provider is unknown, an update of an exclusive set removes no other tags than before.
func TestAnExclusiveSetWithAnUnknownProjectDoesNotWarn(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	exclusively := map[string]any{"exclusive": true}
	p := newServer(t, mock)
	o := acctest.CreateObjectAs(p, setValue(p, image, tags{"a": "1"}, exclusively))
	unconfigured := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	unconfigured.ConfigureUnknown(map[string]string{"endpoint": mock.URL(), "token": imstest.Token}, "project_id")
	planning := unconfigured.For(typeName)
	o.Refresh(planning)
	config := newSet(planning, image, tags{"a": "2"}, exclusively)
	resp, err := planning.Server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: planning.Type, PriorState: o.State, Config: config, PriorPrivate: o.Private,
		ProposedNewState: setValue(planning, image, tags{"a": "2"}, exclusively),
	})
	if err != nil {
		t.Fatal(err)
	}
	expectRemarks(t, resp.Diagnostics)
}
