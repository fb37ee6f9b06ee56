package provider_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
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
			mock, image := startWithImage(t)
			values := map[string]string{
				"image_id": fmt.Sprintf("%q", image), "key": `"environment"`, "value": `"production"`,
			}
			input := values[c.attribute]
			values[c.attribute] = "terraform_data.input.output"
			config := providerBlock(mock) + fmt.Sprintf("resource \"terraform_data\" \"input\" {\n  input = %s\n}\n", input) +
				fmt.Sprintf("resource \"ims_image_tag\" \"test\" {\n  image_id = %s\n  key = %s\n  value = %s\n}\n",
					values["image_id"], values["key"], values["value"])
			id := plancheck.ExpectKnownValue(addr, tfjsonpath.New("id"), knownvalue.StringExact(image+"/environment"))
			if c.unknown {
				id = plancheck.ExpectUnknownValue(addr, tfjsonpath.New("id"))
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories(),
				CheckDestroy:             noTagsLeft(mock),
				Steps: []resource.TestStep{{
					Config:           config,
					ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{id}},
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue(addr, tfjsonpath.New("id"), knownvalue.StringExact(image+"/environment")),
					},
				}},
			})
		})
	}
}

// planWithUnknownToken plans a tag, that changes if there is a prior state, with a provider whose token is unknown.
func planWithUnknownToken(t *testing.T, project string, prior map[string]string) *tfprotov6.PlanResourceChangeResponse {
	t.Helper()
	p := newUnconfiguredServer(t, isolated)
	values := make(map[string]tftypes.Value)
	for name, attribute := range p.config.(tftypes.Object).AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
	}
	values["token"] = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	if project != "" {
		values["project_id"] = tftypes.NewValue(tftypes.String, project)
	}
	configured, err := p.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config: p.dynamic(p.config, tftypes.NewValue(p.config, values)),
	})
	if err != nil {
		t.Fatal(err)
	}
	p.noErrors(configured.Diagnostics)

	config := map[string]string{"image_id": pinnedImage, "key": "environment", "value": "production"}
	state, proposed := p.null(p.resource), p.value(p.resource, config)
	if prior != nil {
		state, proposed = p.value(p.resource, prior), p.value(p.resource, tagState(pinnedImage, "production"))
	}
	resp, err := p.server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: tagType, PriorState: state, ProposedNewState: proposed, Config: p.value(p.resource, config),
	})
	if err != nil {
		t.Fatal(err)
	}
	p.noErrors(resp.Diagnostics)
	return resp
}

// expectPlannedProject compares the planned project; empty for an unknown one.
func expectPlannedProject(t *testing.T, resp *tfprotov6.PlanResourceChangeResponse, want string) {
	t.Helper()
	p := newUnconfiguredServer(t, isolated)
	if got := p.strings(p.resource, resp.PlannedState)["project_id"]; got != want {
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
	expectPlannedProject(t, planWithUnknownToken(t, imstest.ProjectID, tagState(pinnedImage, "staging")), imstest.ProjectID)
}

// Without a refresh a tag that changes stays in its project while the provider's is unknown, and a new one has none yet.
func TestPlanWithAnUnknownProject(t *testing.T) {
	t.Parallel()
	expectPlannedProject(t, planWithUnknownToken(t, "", nil), "")
	expectPlannedProject(t, planWithUnknownToken(t, "", tagState(pinnedImage, "staging")), imstest.ProjectID)
}

// An id that an older state spells otherwise is corrected, even if nothing else has changed.
func TestReadCorrectsTheID(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	mock.SetTag(image, "environment", "production")
	p := newProtocolServer(t, mock)
	state := tagState(image, "production")
	state["id"] = "older"
	resp := p.read(p.value(p.resource, state))
	p.noErrors(resp.Diagnostics)
	if got := p.strings(p.resource, resp.NewState)["id"]; got != image+"/environment" {
		t.Errorf("the id is %q", got)
	}
}
