// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// If Terraform supports it, a provider with unknown settings defers its resources. Otherwise, it plans without calls. Any
// unknown setting has this effect, also one that the other settings seem to make unnecessary.
func TestUnknownSettingsDeferResources(t *testing.T) {
	t.Parallel()
	for _, setting := range []string{"token", "region", "cloud_domain"} {
		for _, allowed := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, allowed: %t", setting, allowed), func(t *testing.T) {
				t.Parallel()
				expectDeferral(t, setting, allowed)
			})
		}
	}
}

// expectDeferral plans a tag with one unknown provider setting. All other settings that a call needs are known.
func expectDeferral(t *testing.T, setting string, allowed bool) {
	t.Helper()
	p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	values := make(map[string]tftypes.Value)
	for name, attribute := range p.Config.(tftypes.Object).AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
	}
	values["endpoint"] = tftypes.NewValue(tftypes.String, "https://ims.example.com")
	values["project_id"] = tftypes.NewValue(tftypes.String, imstest.ProjectID)
	values["token"] = tftypes.NewValue(tftypes.String, imstest.Token)
	values[setting] = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	resp, err := p.Server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		Config:             p.Dynamic(p.Config, tftypes.NewValue(p.Config, values)),
		ClientCapabilities: &tfprotov6.ConfigureProviderClientCapabilities{DeferralAllowed: allowed},
	})
	if err != nil {
		t.Fatal(err)
	}
	p.NoErrors(resp.Diagnostics)

	planned := p.Value(p.Resource, acctest.TagState("0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0", "production"))
	plan, err := p.Server.PlanResourceChange(t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: acctest.TagType, PriorState: p.Null(p.Resource), ProposedNewState: planned, Config: planned,
		ClientCapabilities: &tfprotov6.PlanResourceChangeClientCapabilities{DeferralAllowed: allowed},
	})
	if err != nil {
		t.Fatal(err)
	}
	p.NoErrors(plan.Diagnostics)
	if deferred := plan.Deferred != nil && plan.Deferred.Reason == tfprotov6.DeferredReasonProviderConfigUnknown; deferred != allowed {
		t.Errorf("deferred: %t", deferred)
	}
}
