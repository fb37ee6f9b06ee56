package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/provider"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// Configure makes the client that all resources share. It calls IAM only for what the settings do not say.
func (p *imsProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	if !req.Config.Raw.IsFullyKnown() {
		// Nothing may fall back to the environment: the values that are still to come win over it, and any of them can decide
		// where credentials are sent.
		project, diags := knownProject(ctx, req.Config)
		resp.Diagnostics.Append(diags...)
		if req.ClientCapabilities.DeferralAllowed {
			resp.Deferred = &provider.Deferred{Reason: provider.DeferredReasonProviderConfigUnknown}
		}
		resp.ResourceData = &service.Service{ProjectID: project}
		return
	}

	resolved, diags := p.resolve(req.Config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	connected, err := p.connect(ctx, resolved)
	if err != nil {
		resp.Diagnostics.Append(explain.Login(resolved, err))
		return
	}
	client, err := ims.NewClient(ims.Config{
		Endpoint:   connected.endpoint,
		Transport:  connected.transport,
		UserAgent:  userAgent(p.version, req.TerraformVersion, p.getenv),
		MaxRetries: resolved.MaxRetries,
		Observe:    logAttempts(resolved.Secrets),
		Throttled:  logThrottling,
		Redact:     resolved.Secrets.Redact,
		Jitter:     p.jitter,
		Now:        p.now,

		RequestsPerSecond:  resolved.MaxRequestsPerSecond,
		ConcurrentRequests: resolved.MaxConcurrentRequests,
	})
	if err != nil {
		resp.Diagnostics.Append(explain.Login(resolved, err))
		return
	}

	resp.ResourceData = &service.Service{
		ProjectID: connected.projectID,
		Store: store.New(client, store.Options{
			Bulk: resolved.BulkReads, Locks: store.NewFileLocks(store.FileLocksDir()), Now: p.now,
		}),
	}
}

// userAgent names the provider and the Terraform that runs it, and what TF_APPEND_USER_AGENT adds.
func userAgent(version, terraformVersion string, getenv func(string) string) string {
	agent := "terraform-provider-ims/" + version
	if terraformVersion != "" {
		agent += " Terraform/" + terraformVersion
	}
	added := strings.Fields(getenv("TF_APPEND_USER_AGENT")) // a line break may be part of it, and not of a header
	return strings.Join(append([]string{agent}, added...), " ")
}
