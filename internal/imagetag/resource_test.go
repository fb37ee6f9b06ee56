// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"

	"github.com/hashicorp/terraform-plugin-testing/compare"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func TestAccImageTagLifecycle(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	assertIDSame := statecheck.CompareValue(compare.ValuesSame())

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             acctest.NoTagsLeft(mock),
		Steps: []resource.TestStep{
			{ // A create is one POST. What can be known is known in the plan.
				Config: acctest.TagConfig(mock, image, "environment", "production"),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(acctest.Addr, plancheck.ResourceActionCreate),
						plancheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("id"), knownvalue.StringExact(image+"/environment")),
						plancheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("project_id"), knownvalue.StringExact(imstest.ProjectID)),
					},
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("id"), knownvalue.StringExact(image+"/environment")),
					statecheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("project_id"), knownvalue.StringExact(imstest.ProjectID)),
					statecheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("image_id"), knownvalue.StringExact(image)),
					statecheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("key"), knownvalue.StringExact("environment")),
					statecheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("value"), knownvalue.StringExact("production")),
					statecheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("timeouts"), knownvalue.Null()),
					assertIDSame.AddStateValue(acctest.Addr, tfjsonpath.New("id")),
				},
				PostApplyFunc: func() {
					acctest.ExpectTags(t, mock, image, map[string]string{"environment": "production"})
					acctest.ExpectCalls(t, mock, imstest.WriteTag, 1)
					acctest.ExpectCalls(t, mock, imstest.DeleteTag, 0)
					mock.ResetLog()
				},
			},
			{ // An apply without changes writes nothing.
				Config: acctest.TagConfig(mock, image, "environment", "production"),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				PostApplyFunc: func() {
					acctest.ExpectNoWrites(t, mock)
					mock.ResetLog()
				},
			},
			{ // A changed value is one POST and no DELETE.
				Config: acctest.TagConfig(mock, image, "environment", "staging"),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(acctest.Addr, plancheck.ResourceActionUpdate),
						plancheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("id"), knownvalue.StringExact(image+"/environment")),
						plancheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("project_id"), knownvalue.StringExact(imstest.ProjectID)),
					},
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("value"), knownvalue.StringExact("staging")),
					assertIDSame.AddStateValue(acctest.Addr, tfjsonpath.New("id")),
				},
				PostApplyFunc: func() {
					acctest.ExpectTags(t, mock, image, map[string]string{"environment": "staging"})
					acctest.ExpectCalls(t, mock, imstest.WriteTag, 1)
					acctest.ExpectCalls(t, mock, imstest.DeleteTag, 0)
					mock.ResetLog()
				},
			},
			{ // A destroy is one DELETE.
				Config:  acctest.TagConfig(mock, image, "environment", "staging"),
				Destroy: true,
			},
			{ // The destroy above made no other write; the tag comes back as a create.
				PreConfig: func() {
					acctest.ExpectCalls(t, mock, imstest.DeleteTag, 1)
					acctest.ExpectCalls(t, mock, imstest.WriteTag, 0)
					acctest.ExpectCalls(t, mock, imstest.BatchTags, 0)
				},
				Config: acctest.TagConfig(mock, image, "environment", "staging"),
			},
		},
	})
}

func TestAccImageTagLeavesOtherTagsAlone(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "owner", "another team")

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{
				Config: acctest.TagConfig(mock, image, "environment", "production"),
				PostApplyFunc: func() {
					acctest.ExpectTags(t, mock, image, map[string]string{"environment": "production", "owner": "another team"})
				},
			},
			{
				Config:  acctest.TagConfig(mock, image, "environment", "production"),
				Destroy: true,
			},
			{
				PreConfig: func() { acctest.ExpectTags(t, mock, image, map[string]string{"owner": "another team"}) },
				Config:    acctest.ProviderBlock(mock),
			},
		},
	})
}

func TestAccImageTagEmptyValueIsAValue(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             acctest.NoTagsLeft(mock),
		Steps: []resource.TestStep{
			{
				Config: acctest.TagConfig(mock, image, "reviewed", ""),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("value"), knownvalue.StringExact("")),
				},
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				PostApplyFunc: func() { acctest.ExpectTags(t, mock, image, map[string]string{"reviewed": ""}) },
			},
			{ // A service that leaves an empty value out, or sends null, causes no drift.
				PreConfig: func() {
					mock.ForceAlways(imstest.ListTags, imstest.Answer{Status: 200, Body: `{"tags":[{"key":"reviewed","value":null}]}`})
				},
				Config:   acctest.TagConfig(mock, image, "reviewed", ""),
				PlanOnly: true,
			},
		},
	})
}

func TestAccImageTagTimeoutsAreStateAndNoDrift(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	config := acctest.TagConfig(mock, image, "environment", "production",
		`timeouts = { create = "1m", read = "2m", update = "3m", delete = "4m" }`)

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             acctest.NoTagsLeft(mock),
		Steps: []resource.TestStep{{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("timeouts").AtMapKey("read"), knownvalue.StringExact("2m")),
			},
		}},
	})
}

// The keys that a path does not carry safely are deleted with the batch call, the others with the single one.
func TestAccImageTagOddKeysAreDeletedWithTheBatchCall(t *testing.T) {
	t.Parallel()
	cases := map[string]imstest.Operation{
		"A-Z_a.z-09":   imstest.DeleteTag,
		"team/cost":    imstest.BatchTags,
		"with space":   imstest.BatchTags,
		"a:b@c":        imstest.BatchTags,
		"{project_id}": imstest.BatchTags,
		"100%":         imstest.BatchTags,
		"a?b#c":        imstest.BatchTags,
		"clé":          imstest.BatchTags,
		"鍵":            imstest.BatchTags,
		".":            imstest.BatchTags,
		"..":           imstest.BatchTags,
	}
	for key, operation := range cases {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				CheckDestroy:             acctest.NoTagsLeft(mock),
				Steps: []resource.TestStep{{
					Config: acctest.TagConfig(mock, image, key, "v"),
					ConfigPlanChecks: resource.ConfigPlanChecks{
						PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
					},
					PostApplyFunc: func() { acctest.ExpectTags(t, mock, image, map[string]string{key: "v"}) },
				}},
			})
			acctest.ExpectCalls(t, mock, operation, 1)
			acctest.ExpectCalls(t, mock, imstest.Unknown, 0)
			if got := mock.Count(imstest.DeleteTag, imstest.BatchTags); got != 1 {
				t.Errorf("%d calls deleted, want 1", got)
			}
		})
	}
}

func TestAccImageTagManyTagsOfAnImageCostOneReadAWalk(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	var config strings.Builder
	config.WriteString(acctest.ProviderBlock(mock))
	for i := range 10 {
		config.WriteString(acctest.TagBlock(fmt.Sprintf("t%d", i), image, fmt.Sprintf("key-%d", i), "v"))
	}
	w := acctest.NewWorkspace(t, mock, config.String())

	w.Run("apply", "-auto-approve")
	acctest.ExpectCalls(t, mock, imstest.WriteTag, 10)
	acctest.ExpectCalls(t, mock, imstest.ListTags, 1) // by the plan of the new tags
	mock.ResetLog()

	w.Run("plan", "-detailed-exitcode")
	acctest.ExpectCalls(t, mock, imstest.ListTags, 1)
	acctest.ExpectNoWrites(t, mock)
	mock.ResetLog()

	w.Run("destroy", "-auto-approve")
	acctest.ExpectCalls(t, mock, imstest.ListTags, 1)
	acctest.ExpectCalls(t, mock, imstest.DeleteTag, 10)
	acctest.ExpectCalls(t, mock, imstest.WriteTag, 0)
}
