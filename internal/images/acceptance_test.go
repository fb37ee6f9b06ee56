// SPDX-License-Identifier: MPL-2.0

package images_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// expect checks an attribute in the state.
func expect(addr, attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(addr, tfjsonpath.New(attribute), value)
}

// The newest image of a family is known in the plan, and so is the tag that it gets.
func TestAccImageIsTagged(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	family(mock)
	config := acctest.ProviderBlock(mock) + `
data "ims_image" "web" {
  tags        = { family = "web", stage = "production" }
  most_recent = true
}
resource "ims_image_tag" "test" {
  image_id = data.ims_image.web.id
  key      = "used-by"
  value    = "server of ${data.ims_image.web.name}"
}
`
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("image_id"), knownvalue.StringExact(id("3"))),
				plancheck.ExpectResourceAction(acctest.Addr, plancheck.ResourceActionCreate),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				expect("data.ims_image.web", "id", knownvalue.StringExact(id("3"))),
				expect("data.ims_image.web", "created_at", knownvalue.StringExact("2026-01-01T00:02:00Z")),
				expect("data.ims_image.web", "all_tags", knownvalue.MapExact(map[string]knownvalue.Check{
					"family": knownvalue.StringExact("web"), "stage": knownvalue.StringExact("production"), "broken": knownvalue.StringExact("yes"),
				})),
				expect(acctest.Addr, "value", knownvalue.StringExact("server of web-3")),
			},
		}},
		CheckDestroy: func(*terraform.State) error {
			acctest.ExpectTags(t, mock, id("3"), tags{"family": "web", "stage": "production", "broken": "yes"})
			return nil
		},
	})
	acctest.ExpectCalls(t, mock, imstest.WriteTag, 1)
	acctest.ExpectCalls(t, mock, imstest.DeleteTag, 1)
	if finds, lists := mock.Count(imstest.ImagesByTag), mock.Count(imstest.ListImages); finds != lists {
		t.Errorf("%d searches and %d lists were made, want as many", finds, lists)
	}
}

// All images of a family are tagged, and none of the others.
func TestAccAllImagesOfAFamilyAreTagged(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	family(mock)
	other := addImage(mock, "db", tags{"family": "db"})
	config := acctest.ProviderBlock(mock) + `
data "ims_images" "web" {
  tags         = { family = "web" }
  not_tags_any = { broken = [] }
}
resource "ims_image_tag" "owner" {
  count    = length(data.ims_images.web.ids)
  image_id = data.ims_images.web.ids[count.index]
  key      = "owner"
  value    = "platform-team"
}
`
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("ims_image_tag.owner[1]", plancheck.ResourceActionNoop),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				expect("data.ims_images.web", "total", knownvalue.Int64Exact(2)),
				expect("data.ims_images.web", "ids", knownvalue.ListExact([]knownvalue.Check{
					knownvalue.StringExact(id("2")), knownvalue.StringExact(id("1")),
				})),
			},
			PostApplyFunc: func() {
				acctest.ExpectTags(t, mock, id("1"), tags{"family": "web", "stage": "production", "owner": "platform-team"})
				acctest.ExpectTags(t, mock, id("3"), tags{"family": "web", "stage": "production", "broken": "yes"})
				acctest.ExpectTags(t, mock, other, tags{"family": "db"})
			},
		}},
	})
	acctest.ExpectCalls(t, mock, imstest.WriteTag, 2)
}

// A filter that is unknown in the plan is read in the apply.
func TestAccUnknownFiltersAreReadInTheApply(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	family(mock)
	config := acctest.ProviderBlock(mock) + `
resource "terraform_data" "stage" {
  input = "test"
}
data "ims_image" "test" {
  tags = { family = "web", stage = terraform_data.stage.output }
}
data "ims_image_tags" "test" {
  image_id = data.ims_image.test.id
}
data "ims_project_tags" "test" {}
`
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction("data.ims_image.test", plancheck.ResourceActionRead),
				plancheck.ExpectUnknownValue("data.ims_image.test", tfjsonpath.New("id")),
				plancheck.ExpectResourceAction("data.ims_image_tags.test", plancheck.ResourceActionRead),
			}},
			ConfigStateChecks: []statecheck.StateCheck{
				expect("data.ims_image.test", "id", knownvalue.StringExact(id("2"))),
				expect("data.ims_image_tags.test", "tags", knownvalue.MapExact(map[string]knownvalue.Check{
					"family": knownvalue.StringExact("web"), "stage": knownvalue.StringExact("test"), "note": knownvalue.StringExact(""),
				})),
				expect("data.ims_project_tags.test", "tags", knownvalue.MapPartial(map[string]knownvalue.Check{
					"stage": knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("production"), knownvalue.StringExact("test")}),
				})),
			},
		}},
	})
	acctest.ExpectNoWrites(t, mock)
}

// What an image has is unknown while it is read in the apply only, also if a filter by tags is known.
func TestAccTagsOfAnImageThatIsReadInTheApply(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	family(mock)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config: acctest.ProviderBlock(mock) + `
resource "terraform_data" "first" {}
data "ims_image" "web" {
  tags       = { family = "web", broken = "yes" }
  owner      = "` + strings.ToUpper(imstest.ProjectID) + `"
  depends_on = [terraform_data.first]
}
resource "ims_image_tag" "test" {
  image_id = "` + id("1") + `"
  key      = "copy-of-stage"
  value    = lookup(data.ims_image.web.all_tags, "stage", data.ims_image.web.owner)
}
`,
			ConfigStateChecks: []statecheck.StateCheck{expect(acctest.Addr, "value", knownvalue.StringExact("production"))},
		}},
	})
}

// A miss and a contradiction fail the plan.
func TestAccNoImage(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	family(mock)
	image := func(filters string) string {
		return acctest.ProviderBlock(mock) + "\ndata \"ims_image\" \"test\" {\n" + filters + "\n}\n"
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config:      image(`tags = { family = "web", stage = "golden" }`),
				ExpectError: regexp.MustCompile(`No image matches[\s\S]*3 images have family=web;\s+stage:\s+production,\s+test,\s+production`),
			},
			{
				Config:      image(`tags = { family = "web" }`),
				ExpectError: regexp.MustCompile(`Several images match[\s\S]*` + id("3")),
			},
			{
				Config:      image(`tags = { family = "web" }` + "\n" + `not_tags = { family = "web" }`),
				ExpectError: regexp.MustCompile(`Contradicting filters`),
			},
		},
	})
	acctest.ExpectNoWrites(t, mock)
}
