// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

// What a limit of one's own can be.
const (
	minRequestsPerSecond  = 0.1
	maxRequestsPerSecond  = 1000
	maxConcurrentRequests = 1000
)

func (p *imsProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	attributes := callAttributes()
	maps.Copy(attributes, connectionAttributes())
	resp.Schema = schema.Schema{
		MarkdownDescription: "The IMS provider manages the tags of images in the Image Management Service (IMS) of Huawei Cloud and " +
			"of clouds with the same API, such as Open Telekom Cloud and Flexible Engine.",
		Attributes: attributes,
	}
}

// connectionAttributes say where the service is and how to log in.
func connectionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"endpoint": text("endpoint", "URL of the image service, without the API version, such as "+
			"`https://ims.eu-de.otc.t-systems.com`. Defaults to the URL in the service catalog of the login, if it has one, and "+
			"otherwise to `https://ims.{region}.{cloud_domain}` or the URL in the service catalog of IAM."),
		"endpoints": schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "URLs of the image service by region, for regions that resources name with `region`. It is only needed if " +
				"the URL does not follow from `cloud_domain` or from the service catalog. `endpoint` takes precedence in the region of " +
				"the provider.",
		},
		"region": text("region", "Region of the image service, such as `eu-west-101`. A resource can override it with its own "+
			"`region`. It is part of the default values of `endpoint` and `auth_url`, and the name of the default project."),
		"cloud_domain": text("cloud_domain", "Domain of the cloud, such as `otc.t-systems.com`. It is part of the default "+
			"values of `endpoint` and `auth_url`. Defaults to the domain of `auth_url` or `endpoint`. If neither is set, it defaults "+
			"to `"+settings.DefaultCloudDomain+"`, or to `myhuaweicloud.eu` for regions that start with `eu-west-1`."),
		"auth_url": text("auth_url", "URL of Identity and Access Management (IAM), such as `https://iam.eu-de.otc.t-systems.com/v3`. "+
			"Defaults to `https://iam.{region}.{cloud_domain}/v3` on most clouds: see the "+
			"[Authentication guide](guides/authentication.md#clouds)."),
		"project_id": text("project_id", "ID of the project that the images belong to, 32 hexadecimal digits. Defaults to the "+
			"project with the name `project_name`, otherwise to the project of the login, or to the project with the name of the "+
			"region. A resource can override it with its own `project_id`."),
		"project_name": text("project_name", "Name of the project. The provider looks up its ID. Without `project_id` and "+
			"`project_name`, the provider uses the project of the login, or otherwise the project with the name of the region."),
		"token": secret("token", "IAM token. A token is valid for up to 24 hours, and only in the region and the project that it was "+
			"issued for."),
		"access_key": secret("access_key", "Access key ID (AK) of a permanent or temporary access key."),
		"secret_key": secret("secret_key", "Secret access key (SK)."),
		"security_token": secret("security_token", "Security token of a temporary access key. The provider reads it from the "+
			"environment only if the access key comes from the environment as well."),
		"user_name": text("user_name", "Name of the IAM user."),
		"user_id":   text("user_id", "ID of the IAM user. Use it instead of `user_name` and the account."),
		"password":  secret("password", "Password of the IAM user."),
		"passcode": secret("passcode", "One-time passcode of a virtual MFA device, used together with `user_id` and `password`. A passcode "+
			"works only once, so the provider cannot renew the login, and `terraform apply` needs two. Prefer a token or an access key."),
		"domain_name": text("domain_name", "Name of the account (IAM domain) that the user belongs to. This is not `cloud_domain`."),
		"domain_id":   text("domain_id", "ID of the account (IAM domain). Use it instead of `domain_name`."),
		"shared_config_file": text("shared_config_file", "Path of the configuration file of the command line tool KooCLI (`hcloud`). "+
			"Defaults to `~/.hcloud/config.json`."),
		"profile": text("profile", "Name of a KooCLI profile, either with an access key (mode AKSK) or with a completed SSO login. The "+
			"provider cannot read encrypted keys, so turn encryption off first: `hcloud configure set --cli-auth-encrypt=false`. "+
			"Defaults to the current profile of the file if `shared_config_file` is set."),
		"cloud": text("cloud", "Name of an entry in `clouds.yaml`. The provider reads the first `clouds.yaml` in the current "+
			"directory, `~/.config/openstack` and `/etc/openstack`, and the `secure.yaml` in the same directory. `OS_CLIENT_CONFIG_FILE` "+
			"and `OS_CLIENT_SECURE_FILE` set other paths. For the `cloud` argument of Huawei Cloud's provider, use `cloud_domain`."),
		"use_metadata": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to log in with the agency of the cloud server (ECS) that Terraform runs on. Defaults to " +
				"`false`. Set `IMS_METADATA_ENDPOINT` if the metadata service is not at `" + settings.DefaultMetadataURL + "`. " +
				fromEnvironment("use_metadata"),
		},
		"assume_role":           assumeRoleAttribute(),
		"assume_role_with_oidc": oidcAttribute(),
		"insecure": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to skip the verification of TLS certificates. This lets others on the network read and change " +
				"the traffic. Prefer `cacert_file`. Defaults to `false`. " + fromEnvironment("insecure"),
		},
		"cacert_file": text("cacert_file", "CA certificates in PEM format, or the path of a file with them. The provider trusts "+
			"them in addition to the system's."),
		"cert": text("cert", "Client certificate in PEM format, or the path of a file with it."),
		"key":  secret("key", "Private key of the client certificate in PEM format, or the path of a file with it."),
	}
}

// callAttributes say how the service is called.
func callAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"max_retries": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "Maximum number of retries of an API call that got no response or a temporary error, within the timeout of " +
				"the operation, from `0` to `100`. Defaults to `10`: the waits before these retries take about a minute and a half in " +
				"total. Each attempt without a response takes up to another minute, or up to 15 seconds as long as the service has never " +
				"responded. Throttled calls do not count: the provider repeats them until the timeout. " +
				fromEnvironment("max_retries"),
			Validators: []validator.Int64{int64validator.Between(0, settings.MaxMaxRetries)},
		},
		"bulk_reads": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether a refresh of many images may list the images of the project with their tags, up " +
				"to 1,000 in a call, instead of reading each image. If a tag differs from the list, the provider reads it from " +
				"its image before it reports a change. Defaults to `true`. " + fromEnvironment("bulk_reads"),
		},
		"plan_checks": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to check new tags during the plan and report problems that the apply would hit, such as a " +
				"missing image or an existing tag. See the guide [What the plan tells you](guides/plan.md). A plan makes at most one " +
				"additional API call for each image with new tags. Defaults to `true`, and to `false` with `passcode`, which works for one " +
				"login only. " + fromEnvironment("plan_checks"),
		},
		"max_requests_per_second": schema.Float64Attribute{
			Optional: true,
			MarkdownDescription: "Maximum number of API calls per second, from `0.1` to `1000`, such as `0.6` for 180 calls in five minutes. " +
				"Defaults to no limit. When the service throttles, the provider slows down to the rate that the service accepts. Each " +
				"region of a provider block, and each run of Terraform, has a limit of its own.",
			Validators: []validator.Float64{float64validator.Between(minRequestsPerSecond, maxRequestsPerSecond)},
		},
		"max_concurrent_requests": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "Maximum number of API calls at the same time, from `1` to `1000`. Defaults to no limit. Terraform's " +
				"`-parallelism` limits them as well.",
			Validators: []validator.Int64{int64validator.Between(1, maxConcurrentRequests)},
		},
	}
}

func text(attribute, description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description + " " + fromEnvironment(attribute)}
}

func secret(attribute, description string) schema.StringAttribute {
	a := text(attribute, description)
	a.Sensitive = true
	return a
}

func assumeRoleAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional: true,
		MarkdownDescription: "Assume an agency, usually of another account. This works with all login methods. The provider renews the " +
			"temporary keys before they expire.",
		Attributes: map[string]schema.Attribute{
			"agency_name": text("assume_role.agency_name", "Name of the agency."),
			"domain_name": text("assume_role.domain_name", "Name of the account that the agency belongs to."),
			"domain_id":   text("assume_role.domain_id", "ID of the account that the agency belongs to. Use it instead of `domain_name`."),
			"agency_urn": text("assume_role.agency_urn", "URN of a trust agency of Huawei Cloud's new IAM, such as "+
				"`iam::<account id>:agency:<name>`. Use it instead of `agency_name` and the account. Set "+
				"`IMS_STS_ENDPOINT` if the security token service is not at "+
				"`https://sts.{region}.{cloud_domain}`."),
			"duration": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf("Lifetime of the temporary keys in seconds, from %d to %d, or to %d with `agency_urn`. "+
					"Defaults to `%d`. ", settings.MinRoleDuration, settings.MaxRoleDuration, settings.MaxTrustAgencyDuration,
					settings.DefaultRoleDuration) + fromEnvironment("assume_role.duration"),
				Validators: []validator.Int64{int64validator.Between(settings.MinRoleDuration, settings.MaxRoleDuration)},
			},
		},
	}
}

func oidcAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Log in with an OpenID Connect (OIDC) token, for example of a CI system. No secret has to be stored.",
		Attributes: map[string]schema.Attribute{
			"idp_id":   text("assume_role_with_oidc.idp_id", "ID of the identity provider in IAM that trusts the token."),
			"id_token": secret("assume_role_with_oidc.id_token", "OIDC token. Conflicts with `id_token_file`."),
			"id_token_file": text("assume_role_with_oidc.id_token_file", "Path of a file with the OIDC token. The provider reads it at each "+
				"login. Conflicts with `id_token`."),
		},
	}
}

// fromEnvironment is the sentence of an attribute's documentation that names its variables.
func fromEnvironment(attribute string) string {
	return "Can also be set with the environment variable `" + strings.Join(settings.Variables(attribute), "` or `") + "`."
}
