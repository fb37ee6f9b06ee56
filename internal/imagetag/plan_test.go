// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// What is unknown makes the id unknown, and only that.
func TestAccTheIDIsUnknownWhileAPartOfItIs(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		attribute string
		unknown   bool
	}{
		"image_id": {"image_id", true},
		"key":      {"key", true},
		"value":    {"value", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			values := map[string]string{
				"image_id": fmt.Sprintf("%q", image), "key": `"environment"`, "value": `"production"`,
			}
			input := values[c.attribute]
			values[c.attribute] = "terraform_data.input.output"
			config := acctest.ProviderBlock(mock) + fmt.Sprintf("resource \"terraform_data\" \"input\" {\n  input = %s\n}\n", input) +
				fmt.Sprintf("resource \"ims_image_tag\" \"test\" {\n  image_id = %s\n  key = %s\n  value = %s\n}\n",
					values["image_id"], values["key"], values["value"])
			id := plancheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("id"), knownvalue.StringExact(image+"/environment"))
			if c.unknown {
				id = plancheck.ExpectUnknownValue(acctest.Addr, tfjsonpath.New("id"))
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				CheckDestroy:             acctest.NoTagsLeft(mock),
				Steps: []resource.TestStep{{
					Config:           config,
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{id}},
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("id"), knownvalue.StringExact(image+"/environment")),
					},
				}},
			})
		})
	}
}

// planWithUnknownToken plans a tag, that changes if there is a prior state, with a provider whose token is unknown.
func planWithUnknownToken(t *testing.T, project string, prior map[string]string) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	settings := make(map[string]string)
	if project != "" {
		settings["project_id"] = project
	}
	p.ConfigureUnknown(settings, "token")

	config := map[string]string{"image_id": pinnedImage, "key": "environment", "value": "production"}
	state, proposed := p.Null(p.Resource), p.Value(p.Resource, config)
	if prior != nil {
		state, proposed = p.Value(p.Resource, prior), p.Value(p.Resource, acctest.TagState(pinnedImage, "production"))
	}
	return p.Plan(state, proposed, p.Value(p.Resource, config), nil)
}

// expectPlannedProject compares the planned project; empty for an unknown one.
func expectPlannedProject(t *testing.T, resp *tfprotov6.PlanResourceChangeResponse, want string) {
	t.Helper()
	p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	if got := p.Strings(p.Resource, resp.PlannedState)["project_id"]; got != want {
		t.Errorf("the planned project is %q, want %q", got, want)
	}
	if len(resp.RequiresReplace) > 0 {
		t.Errorf("a replacement is planned because of %v", resp.RequiresReplace)
	}
}

// A project that is known is planned, whatever else of the provider's settings is unknown.
func TestPlanWithUnknownSettingsAndAKnownProject(t *testing.T) {
	t.Parallel()
	expectPlannedProject(t, planWithUnknownToken(t, imstest.ProjectID, nil), imstest.ProjectID)
	expectPlannedProject(t, planWithUnknownToken(t, imstest.ProjectID, acctest.TagState(pinnedImage, "staging")), imstest.ProjectID)
}

// Without a refresh a tag that changes stays in its project while the provider's is unknown, and a new one has none yet.
func TestPlanWithAnUnknownProject(t *testing.T) {
	t.Parallel()
	expectPlannedProject(t, planWithUnknownToken(t, "", nil), "")
	expectPlannedProject(t, planWithUnknownToken(t, "", acctest.TagState(pinnedImage, "staging")), imstest.ProjectID)
}

// An id that an older state spells otherwise is corrected, even if nothing else has changed.
func TestReadCorrectsTheID(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "environment", "production")
	p := acctest.NewProtocolServer(t, mock)
	state := acctest.TagState(image, "production")
	state["id"] = "older"
	resp := p.Read(p.Value(p.Resource, state))
	p.NoErrors(resp.Diagnostics)
	if got := p.Strings(p.Resource, resp.NewState)["id"]; got != image+"/environment" {
		t.Errorf("the id is %q", got)
	}
}
