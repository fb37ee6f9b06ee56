package provider

import (
	"context"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Configure makes the client that all resources share. It makes no call.
func (p *imsProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if model.hasUnknown() {
		resp.ResourceData = &providerData{projectID: model.ProjectID.ValueString()}
		return
	}

	resolved, diags := model.resolve(p.getenv)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	transport, err := auth.NewTransport(auth.TLS{Insecure: resolved.insecure, CACert: resolved.caCert})
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("cacert_file"), "Invalid CA certificates",
			"The CA certificates cannot be used: "+err.Error()+".")
		return
	}
	client, err := ims.NewClient(ims.Config{
		Endpoint:   resolved.endpoint,
		Transport:  p.authenticate(resolved, transport),
		UserAgent:  userAgent(p.version, req.TerraformVersion, p.getenv),
		MaxRetries: resolved.maxRetries,
		Observe:    logAttempts(resolved),
		Redact:     resolved.redact,
		Jitter:     p.jitter,
		Now:        p.now,
	})
	if err != nil {
		resp.Diagnostics.AddError("Invalid provider configuration", "The client cannot be made: "+err.Error()+".")
		return
	}

	reader := ims.NewReader(client)
	resp.ResourceData = &providerData{
		projectID: resolved.projectID,
		reader:    reader,
		writer:    ims.NewWriter(client, reader),
	}
}

func (p *imsProvider) authenticate(s settings, next http.RoundTripper) http.RoundTripper {
	if s.token != "" {
		return &auth.Token{Value: s.token, Next: next}
	}
	return &auth.AccessKey{ID: s.accessKey, Secret: s.secretKey, SecurityToken: s.securityToken, Now: p.now, Next: next}
}

// userAgent names the provider and the Terraform that runs it, and what TF_APPEND_USER_AGENT adds.
func userAgent(version, terraformVersion string, getenv func(string) string) string {
	agent := "terraform-provider-ims/" + version
	if terraformVersion != "" {
		agent += " Terraform/" + terraformVersion
	}
	if added := getenv("TF_APPEND_USER_AGENT"); added != "" {
		agent += " " + added
	}
	return agent
}
