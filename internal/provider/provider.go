// Package provider is the Terraform surface: the provider's configuration, its resources, and what people read.
package provider

import (
	"context"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

var _ provider.Provider = (*imsProvider)(nil)

// Dependencies is what the provider takes from the outside world. A zero field means the real thing.
type Dependencies struct {
	Getenv func(string) string                     // the environment
	Now    func() time.Time                        // the clock
	Jitter func(limit time.Duration) time.Duration // how much of a wait is waited
}

type imsProvider struct {
	version string
	getenv  func(string) string
	now     func() time.Time
	jitter  func(time.Duration) time.Duration
}

// New returns a constructor of the provider. The version is the one of the release, "dev" for a build of one's own.
func New(version string, dependencies Dependencies) func() provider.Provider {
	if dependencies.Getenv == nil {
		dependencies.Getenv = os.Getenv
	}
	if dependencies.Now == nil {
		dependencies.Now = time.Now
	}
	return func() provider.Provider {
		return &imsProvider{
			version: version,
			getenv:  dependencies.Getenv,
			now:     dependencies.Now,
			jitter:  dependencies.Jitter,
		}
	}
}

func (p *imsProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "ims"
	resp.Version = p.version
}

func (p *imsProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Tags the images of the Image Management Service (IMS) of Huawei Cloud and the clouds of its " +
			"family, such as Open Telekom Cloud and Flexible Engine.",
		Attributes: map[string]schema.Attribute{
			"endpoint": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "URL of the service, without the API version, such as " +
					"`https://ims.eu-de.otc.t-systems.com`. Default: `https://ims.{region}.{cloud_domain}`. " +
					fromEnvironment("endpoint"),
			},
			"region": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Region of the service, such as `eu-west-101`. Only used to build the endpoint when " +
					"`endpoint` is not set. " + fromEnvironment("region"),
			},
			"cloud_domain": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Domain of the cloud, such as `otc.t-systems.com`. Only used to build the endpoint " +
					"when `endpoint` is not set. Default: `" + defaultCloudDomain + "`. " + fromEnvironment("cloud_domain"),
			},
			"project_id": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "ID of the project that the images belong to, 32 hexadecimal digits. A resource can " +
					"name another one. " + fromEnvironment("project_id"),
			},
			"token": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "Token of IAM. It is good for 24 hours at most, and for the region it was issued for. " +
					fromEnvironment("token"),
			},
			"access_key": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "Access key (AK), permanent or temporary, to sign requests with. " +
					fromEnvironment("access_key"),
			},
			"secret_key": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "Secret key (SK) of the access key. " + fromEnvironment("secret_key"),
			},
			"security_token": schema.StringAttribute{
				Optional:  true,
				Sensitive: true,
				MarkdownDescription: "Security token of a temporary access key. The environment is only asked for it when " +
					"the access key comes from the environment too. " + fromEnvironment("security_token"),
			},
			"insecure": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Accept any certificate of the service. Anyone on the way can then read and change " +
					"what is sent: prefer `cacert_file`. Default: `false`. " + fromEnvironment("insecure"),
			},
			"cacert_file": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "Path of a file with CA certificates in PEM form, or the certificates themselves, that " +
					"are trusted besides those of the system. " + fromEnvironment("cacert_file"),
			},
			"max_retries": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "How often a call is sent again at the most when it was throttled, not answered, or " +
					"answered with a passing fault, within the operation's timeout. Default: `10`, which bridges " +
					"about a minute and a half. " + fromEnvironment("max_retries"),
				Validators: []validator.Int64{int64validator.Between(0, maxMaxRetries)},
			},
		},
	}
}

func (p *imsProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newImageTagResource}
}

func (p *imsProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

// providerData is what Configure hands to the resources.
type providerData struct {
	projectID string // the default project; empty while it is unknown

	// Both are nil while settings that a call needs are unknown: planning goes on without calls.
	reader *ims.Reader
	writer *ims.Writer
}

// ready reports whether the service can be called.
func (d *providerData) ready() bool { return d != nil && d.reader != nil }

// defaultProject is the project of whatever names none; empty while it is unknown.
func (d *providerData) defaultProject() string {
	if d == nil {
		return ""
	}
	return d.projectID
}
