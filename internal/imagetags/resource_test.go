// SPDX-License-Identifier: MPL-2.0

package imagetags_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func TestAccImageTagsLifecycle(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "owner", "another team")
	first := tags{"stage": "test", "build": "1", "old": "x", "reviewed": ""}
	second := tags{"stage": "production", "build": "2", "reviewed": ""}
	empty := []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{ // A create is one call. What can be known is known in the plan.
				Config: setConfig(mock, image, first),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(addr, plancheck.ResourceActionCreate),
						plancheck.ExpectKnownValue(addr, tfjsonpath.New("id"), knownvalue.StringExact(image)),
						plancheck.ExpectKnownValue(addr, tfjsonpath.New("project_id"), knownvalue.StringExact(imstest.ProjectID)),
						plancheck.ExpectKnownValue(addr, tfjsonpath.New("exclusive"), knownvalue.Bool(false)),
					},
					PostApplyPostRefresh: empty,
				},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(addr, tfjsonpath.New("id"), knownvalue.StringExact(image)),
					statecheck.ExpectKnownValue(addr, tfjsonpath.New("tags"), exactly(first)),
				},
				PostApplyFunc: func() {
					expectBatches(t, mock, create(first))
					acctest.ExpectTags(t, mock, image, with(first, tags{"owner": "another team"}))
				},
			},
			{ // An apply without changes writes nothing.
				Config:           setConfig(mock, image, first),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: empty},
				PostApplyFunc:    func() { expectBatches(t, mock) },
			},
			{ // Two changed values and a removed key are two calls, the delete last.
				Config: setConfig(mock, image, second),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(addr, plancheck.ResourceActionUpdate)},
					PostApplyPostRefresh: empty,
				},
				ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(addr, tfjsonpath.New("tags"), exactly(second))},
				PostApplyFunc: func() {
					expectBatches(t, mock, create(tags{"stage": "production", "build": "2"}), remove("old"))
					acctest.ExpectTags(t, mock, image, with(second, tags{"owner": "another team"}))
				},
			},
			{ // Timeouts and keys to ignore are state alone.
				Config: setConfig(mock, image, second, `ignore_keys = ["ci-*"]`, `timeouts = { read = "30m" }`),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(addr, plancheck.ResourceActionUpdate)},
					PostApplyPostRefresh: empty,
				},
				PostApplyFunc: func() { expectBatches(t, mock) },
			},
			{ // A destroy is one call, and leaves other tags alone.
				Config:  setConfig(mock, image, second),
				Destroy: true,
			},
			{
				PreConfig: func() {
					expectBatches(t, mock, remove("stage", "build", "reviewed"))
					acctest.ExpectTags(t, mock, image, tags{"owner": "another team"})
				},
				Config: acctest.ProviderBlock(mock),
			},
		},
	})
}
