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
		MarkdownDescription: "Tags the images of the Image Management Service (IMS) of Huawei Cloud and the clouds of its " +
			"family, such as Open Telekom Cloud and Flexible Engine.\n\n" +
			"Each setting can be set in the provider block or in the environment. The provider block comes first, then the " +
			"selected entry of a `clouds.yaml` or profile, then the environment. Of several login methods, one that the provider " +
			"block selects comes before one of the environment; in each, a web identity, a profile or a `cloud`, which are selected " +
			"by name, come before a token, an access key, or a user name and password, and the agency of the machine comes last.",
		Attributes: attributes,
	}
}

// connectionAttributes say where the service is and how to log in.
func connectionAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"endpoint": text("endpoint", "URL of the service, without the API version, such as "+
			"`https://ims.eu-de.otc.t-systems.com`. Default: what the service catalog of the login says, or else "+
			"`https://ims.{region}.{cloud_domain}`."),
		"region": text("region", "Region of the service, such as `eu-west-101`. It builds the endpoint and the address of "+
			"IAM where they are not set, and names the project where that is not set."),
		"cloud_domain": text("cloud_domain", "Domain of the cloud, such as `otc.t-systems.com`. It builds the endpoint and "+
			"the address of IAM where they are not set. Default: the domain that the host of `auth_url` or `endpoint` shows; if "+
			"nothing says which cloud it is, `"+settings.DefaultCloudDomain+"`, and `myhuaweicloud.eu` for the regions `eu-west-1…`."),
		"auth_url": text("auth_url", "URL of IAM, such as `https://iam.eu-de.otc.t-systems.com/v3`. "+
			"Default: `https://iam.{region}.{cloud_domain}/v3`."),
		"project_id": text("project_id", "ID of the project that the images belong to, 32 hexadecimal digits. Default: the "+
			"project that the login is good for, or else the one that IAM knows by `project_name`. A resource can name "+
			"another one."),
		"project_name": text("project_name", "Name of the project, where its ID is to be looked up. Default: the region, "+
			"after which the clouds name the first project."),
		"token":      secret("token", "Token of IAM. It is good for 24 hours at most, and for the region it was issued for."),
		"access_key": secret("access_key", "Access key (AK), permanent or temporary, to sign requests with."),
		"secret_key": secret("secret_key", "Secret key (SK) of the access key."),
		"security_token": secret("security_token", "Security token of a temporary access key. The environment is only asked "+
			"for it when the access key comes from the environment too."),
		"user_name": text("user_name", "Name of the IAM user."),
		"user_id":   text("user_id", "ID of the IAM user, instead of its name and domain."),
		"password":  secret("password", "Password of the IAM user."),
		"passcode": secret("passcode", "Passcode of the second factor (virtual MFA), with `password`. It is good only once, so the login "+
			"cannot be renewed, and a run of Terraform that starts the provider twice needs two: prefer a token or an access key."),
		"domain_name": text("domain_name", "Name of the account (IAM domain) that the user belongs to; not `cloud_domain`."),
		"domain_id":   text("domain_id", "ID of the account (IAM domain), instead of its name."),
		"shared_config_file": text("shared_config_file", "Path of the file in which the vendor's command line tool keeps its "+
			"profiles. Default: `~/.hcloud/config.json`."),
		"profile": text("profile", "Name of a profile of the command line tool, with keys (mode AKSK) or after an SSO login. The "+
			"tool encrypts keys by default, and encrypted keys cannot be used: run `hcloud configure set --cli-auth-encrypt=false` first. "+
			"Default: the one that the file says is current, if `shared_config_file` is set."),
		"cloud": text("cloud", "Name of an entry of a `clouds.yaml`, with its `secure.yaml`. They are looked for in this "+
			"folder, in `~/.config/openstack` and in `/etc/openstack`, or where `OS_CLIENT_CONFIG_FILE` and `OS_CLIENT_SECURE_FILE` say. "+
			"What Huawei Cloud's provider calls `cloud` is `cloud_domain` here."),
		"use_metadata": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Log in with the agency of the machine (ECS) that Terraform runs on. Never tried unasked. " +
				"`IMS_METADATA_ENDPOINT` names another address than `" + settings.DefaultMetadataURL + "`. " +
				fromEnvironment("use_metadata"),
		},
		"assume_role":           assumeRoleAttribute(),
		"assume_role_with_oidc": oidcAttribute(),
		"insecure": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Accept any certificate of the service. Anyone on the way can then read and change " +
				"what is sent: prefer `cacert_file`. Default: `false`. " + fromEnvironment("insecure"),
		},
		"cacert_file": text("cacert_file", "Path of a file with CA certificates in PEM form, or the certificates themselves, "+
			"that are trusted besides those of the system."),
		"cert": text("cert", "Path of a client certificate in PEM form, or the certificate itself."),
		"key":  secret("key", "Path of the key of the client certificate in PEM form, or the key itself."),
	}
}

// callAttributes say how the service is called.
func callAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"max_retries": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "How often a call is sent again at the most when it was not answered, or answered with a " +
				"passing fault, within the operation's timeout. Default: `10`, which bridges about a minute and a " +
				"half. Throttling does not count: it is waited for up to the operation's timeout. " +
				fromEnvironment("max_retries"),
			Validators: []validator.Int64{int64validator.Between(0, settings.MaxMaxRetries)},
		},
		"bulk_reads": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether a refresh of many images may list all images of the project with their tags, up " +
				"to 1,000 in a call, instead of reading them one by one. What the list does not confirm is read from the " +
				"image itself before anything is reported. Default: `true`. " + fromEnvironment("bulk_reads"),
		},
		"max_requests_per_second": schema.Float64Attribute{
			Optional: true,
			MarkdownDescription: "How many calls of the service are made in a second at the most, such as `0.6` for 180 in " +
				"five minutes. Default: no limit until the service throttles; then the pace that it takes is found.",
			Validators: []validator.Float64{float64validator.Between(minRequestsPerSecond, maxRequestsPerSecond)},
		},
		"max_concurrent_requests": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: "How many calls of the service are on their way at the same time at the most. Default: no " +
				"limit but Terraform's `-parallelism`.",
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
		MarkdownDescription: "Take over the rights of an agency of another account, over any of the ways to log in. The keys " +
			"it gives are renewed before they expire.",
		Attributes: map[string]schema.Attribute{
			"agency_name": text("assume_role.agency_name", "Name of the agency."),
			"domain_name": text("assume_role.domain_name", "Name of the account that the agency belongs to."),
			"domain_id":   text("assume_role.domain_id", "ID of the account that the agency belongs to, instead of its name."),
			"agency_urn": text("assume_role.agency_urn", "URN of a trust agency of the new IAM, such as `iam::<account id>:agency:<name>`, "+
				"instead of `agency_name` and the account. `IMS_STS_ENDPOINT` names another address than "+
				"`https://sts.{region}.{cloud_domain}`."),
			"duration": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: fmt.Sprintf("How long the keys are good for, in seconds, %d to %d. Default: `%d`. ",
					settings.MinRoleDuration, settings.MaxRoleDuration, settings.DefaultRoleDuration) + fromEnvironment("assume_role.duration"),
				Validators: []validator.Int64{int64validator.Between(settings.MinRoleDuration, settings.MaxRoleDuration)},
			},
		},
	}
}

func oidcAttribute() schema.Attribute {
	return schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "Log in with an identity that a CI system vouches for (OpenID Connect): no secret is stored.",
		Attributes: map[string]schema.Attribute{
			"idp_id":   text("assume_role_with_oidc.idp_id", "ID of the identity provider in IAM."),
			"id_token": secret("assume_role_with_oidc.id_token", "Token of the CI system."),
			"id_token_file": text("assume_role_with_oidc.id_token_file", "Path of a file with the token, which is read at each "+
				"login."),
		},
	}
}

// fromEnvironment is the sentence of an attribute's documentation that names its variables.
func fromEnvironment(attribute string) string {
	return "Environment: `" + strings.Join(settings.Variables(attribute), "`, `") + "`."
}
