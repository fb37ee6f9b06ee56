package provider_test

import (
	"fmt"
	"strings"
	"testing"

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
	mock, image := startWithImage(t)
	assertIDSame := statecheck.CompareValue(compare.ValuesSame())

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		CheckDestroy:             noTagsLeft(mock),
		Steps: []resource.TestStep{
			{ // A create is one POST. What can be known is known in the plan.
				Config: tagConfig(mock, image, "environment", "production"),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(addr, plancheck.ResourceActionCreate),
						plancheck.ExpectKnownValue(addr, tfjsonpath.New("id"), knownvalue.StringExact(image+"/environment")),
						plancheck.ExpectKnownValue(addr, tfjsonpath.New("project_id"), knownvalue.StringExact(imstest.ProjectID)),
					},
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(addr, tfjsonpath.New("id"), knownvalue.StringExact(image+"/environment")),
					statecheck.ExpectKnownValue(addr, tfjsonpath.New("project_id"), knownvalue.StringExact(imstest.ProjectID)),
					statecheck.ExpectKnownValue(addr, tfjsonpath.New("image_id"), knownvalue.StringExact(image)),
					statecheck.ExpectKnownValue(addr, tfjsonpath.New("key"), knownvalue.StringExact("environment")),
					statecheck.ExpectKnownValue(addr, tfjsonpath.New("value"), knownvalue.StringExact("production")),
					statecheck.ExpectKnownValue(addr, tfjsonpath.New("timeouts"), knownvalue.Null()),
					assertIDSame.AddStateValue(addr, tfjsonpath.New("id")),
				},
				PostApplyFunc: func() {
					expectTags(t, mock, image, map[string]string{"environment": "production"})
					expectCalls(t, mock, imstest.WriteTag, 1)
					expectCalls(t, mock, imstest.DeleteTag, 0)
					mock.ResetLog()
				},
			},
			{ // An apply without changes writes nothing.
				Config: tagConfig(mock, image, "environment", "production"),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				PostApplyFunc: func() {
					expectNoWrites(t, mock)
					mock.ResetLog()
				},
			},
			{ // A changed value is one POST and no DELETE.
				Config: tagConfig(mock, image, "environment", "staging"),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(addr, plancheck.ResourceActionUpdate),
						plancheck.ExpectKnownValue(addr, tfjsonpath.New("id"), knownvalue.StringExact(image+"/environment")),
						plancheck.ExpectKnownValue(addr, tfjsonpath.New("project_id"), knownvalue.StringExact(imstest.ProjectID)),
					},
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(addr, tfjsonpath.New("value"), knownvalue.StringExact("staging")),
					assertIDSame.AddStateValue(addr, tfjsonpath.New("id")),
				},
				PostApplyFunc: func() {
					expectTags(t, mock, image, map[string]string{"environment": "staging"})
					expectCalls(t, mock, imstest.WriteTag, 1)
					expectCalls(t, mock, imstest.DeleteTag, 0)
					mock.ResetLog()
				},
			},
			{ // A destroy is one DELETE.
				Config:  tagConfig(mock, image, "environment", "staging"),
				Destroy: true,
			},
			{ // The destroy above made no other write; the tag comes back as a create.
				PreConfig: func() {
					expectCalls(t, mock, imstest.DeleteTag, 1)
					expectCalls(t, mock, imstest.WriteTag, 0)
					expectCalls(t, mock, imstest.BatchTags, 0)
				},
				Config: tagConfig(mock, image, "environment", "staging"),
			},
		},
	})
}

func TestAccImageTagLeavesOtherTagsAlone(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	mock.SetTag(image, "owner", "another team")

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{
			{
				Config: tagConfig(mock, image, "environment", "production"),
				PostApplyFunc: func() {
					expectTags(t, mock, image, map[string]string{"environment": "production", "owner": "another team"})
				},
			},
			{
				Config:  tagConfig(mock, image, "environment", "production"),
				Destroy: true,
			},
			{
				PreConfig: func() { expectTags(t, mock, image, map[string]string{"owner": "another team"}) },
				Config:    providerBlock(mock),
			},
		},
	})
}

func TestAccImageTagEmptyValueIsAValue(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		CheckDestroy:             noTagsLeft(mock),
		Steps: []resource.TestStep{
			{
				Config: tagConfig(mock, image, "reviewed", ""),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(addr, tfjsonpath.New("value"), knownvalue.StringExact("")),
				},
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
				PostApplyFunc: func() { expectTags(t, mock, image, map[string]string{"reviewed": ""}) },
			},
			{ // A service that leaves an empty value out, or sends null, causes no drift.
				PreConfig: func() {
					mock.OnRequest(func(r imstest.Request) *imstest.Answer {
						if r.Operation != imstest.ListTags {
							return nil
						}
						return &imstest.Answer{Status: 200, Body: `{"tags":[{"key":"reviewed","value":null}]}`}
					})
				},
				Config:   tagConfig(mock, image, "reviewed", ""),
				PlanOnly: true,
			},
		},
	})
}

func TestAccImageTagTimeoutsAreStateAndNoDrift(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	config := tagConfig(mock, image, "environment", "production",
		`timeouts = { create = "1m", read = "2m", update = "3m", delete = "4m" }`)

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		CheckDestroy:             noTagsLeft(mock),
		Steps: []resource.TestStep{{
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(addr, tfjsonpath.New("timeouts").AtMapKey("read"), knownvalue.StringExact("2m")),
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
			mock, image := startWithImage(t)
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories(),
				CheckDestroy:             noTagsLeft(mock),
				Steps: []resource.TestStep{{
					Config: tagConfig(mock, image, key, "v"),
					ConfigPlanChecks: resource.ConfigPlanChecks{
						PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
					},
					PostApplyFunc: func() { expectTags(t, mock, image, map[string]string{key: "v"}) },
				}},
			})
			expectCalls(t, mock, operation, 1)
			expectCalls(t, mock, imstest.Unknown, 0)
			if got := mock.Count(imstest.DeleteTag, imstest.BatchTags); got != 1 {
				t.Errorf("%d calls deleted, want 1", got)
			}
		})
	}
}

func TestAccImageTagManyTagsOfAnImageCostOneReadAWalk(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	var config strings.Builder
	config.WriteString(providerBlock(mock))
	for i := range 10 {
		config.WriteString(tagBlock(fmt.Sprintf("t%d", i), image, fmt.Sprintf("key-%d", i), "v"))
	}
	w := newWorkspace(t, mock, config.String())

	w.run("apply", "-auto-approve")
	expectCalls(t, mock, imstest.WriteTag, 10)
	expectCalls(t, mock, imstest.ListTags, 0)
	mock.ResetLog()

	w.run("plan", "-detailed-exitcode")
	expectCalls(t, mock, imstest.ListTags, 1)
	expectNoWrites(t, mock)
	mock.ResetLog()

	w.run("destroy", "-auto-approve")
	expectCalls(t, mock, imstest.ListTags, 1)
	expectCalls(t, mock, imstest.DeleteTag, 10)
	expectCalls(t, mock, imstest.WriteTag, 0)
}
