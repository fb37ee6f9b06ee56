// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
)

// Configure creates the client that all resources share. It only calls IAM for a project or an endpoint that the settings
// do not contain.
func (p *imsProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	if !req.Config.Raw.IsFullyKnown() {
		// Do not fall back to the environment: the values that are not known yet win over it, and they can decide where
		// credentials are sent.
		place, isRegionUnknown, diags := knownPlace(ctx, req.Config)
		resp.Diagnostics.Append(diags...)
		if req.ClientCapabilities.DeferralAllowed {
			resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
		}
		provide(resp, service.Unknown(place, isRegionUnknown))
		return
	}

	input, diags := p.input(req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resolved, diags := resolve(input)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	c := newConnector(p, input, userAgent(p.version, req.TerraformVersion, p.Getenv))
	own, err := c.connectOwn(ctx, resolved)
	if err != nil {
		resp.Diagnostics.Append(explain.Login(resolved, err))
		return
	}
	configured := service.New(service.Place{Region: resolved.Region.Text, ProjectID: own.ProjectID}, own, c.connect)
	configured.PlanChecks = resolved.PlanChecks
	provide(resp, configured)
}

// provide hands the service to all resources, data sources and list resources.
func provide(resp *provider.ConfigureResponse, s *service.Service) {
	resp.ResourceData, resp.DataSourceData, resp.ListResourceData = s, s, s
}

// userAgent returns the User-Agent header: the provider, Terraform, and the text in TF_APPEND_USER_AGENT, with versions.
func userAgent(version, terraformVersion string, getenv func(string) string) string {
	agent := "terraform-provider-ims/" + version
	if terraformVersion != "" {
		agent += " Terraform/" + terraformVersion
	}
	added := strings.Fields(getenv("TF_APPEND_USER_AGENT")) // without line breaks, which a header must not contain
	return strings.Join(append([]string{agent}, added...), " ")
}
