package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

type floorProvider struct{}

func (floorProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "ims"
}

func (floorProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	text, secret := schema.StringAttribute{Optional: true}, schema.StringAttribute{Optional: true, Sensitive: true}
	number, flag := schema.Int64Attribute{Optional: true}, schema.BoolAttribute{Optional: true}
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"endpoint": text, "region": text, "cloud_domain": text, "auth_url": text, "project_id": text, "project_name": text,
		"token": secret, "access_key": secret, "secret_key": secret, "security_token": secret,
		"user_name": text, "user_id": text, "password": secret, "passcode": secret, "domain_name": text, "domain_id": text,
		"shared_config_file": text, "profile": text, "cloud": text, "use_metadata": flag,
		"assume_role": schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
			"agency_name": text, "domain_name": text, "domain_id": text, "agency_urn": text, "duration": number,
		}},
		"assume_role_with_oidc": schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
			"idp_id": text, "id_token": secret, "id_token_file": text,
		}},
		"insecure": flag, "cacert_file": text, "cert": text, "key": secret,
		"max_retries": number, "bulk_reads": flag, "max_concurrent_requests": number,
		"max_requests_per_second": schema.Float64Attribute{Optional: true},
	}}
}

func (floorProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (floorProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return imageTag{} }}
}

func (floorProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }
