// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// loginCase is a configuration of a login method: lines of the provider block, environment variables, or both. dir is
// the folder of [writeLoginFiles].
type loginCase struct {
	config      func(mock *imstest.Server, dir string) string
	environment func(mock *imstest.Server, dir string) map[string]string
	project     string              // project of the image; defaults to ProjectID
	header      string              // sent with each call of the image service
	calls       []imstest.Operation // expected calls of IAM and the metadata service
}

func lines(format string, args ...any) func(*imstest.Server, string) string {
	return func(mock *imstest.Server, dir string) string {
		return strings.NewReplacer("IAM", iamURL(mock), "DIR", dir, "URL", mock.URL()).Replace(fmt.Sprintf(format, args...))
	}
}

func env(pairs ...string) func(*imstest.Server, string) map[string]string {
	return func(mock *imstest.Server, dir string) map[string]string {
		variables := make(map[string]string)
		for i := 0; i+1 < len(pairs); i += 2 {
			variables[pairs[i]] = strings.NewReplacer("IAM", iamURL(mock), "DIR", dir, "URL", mock.URL()).Replace(pairs[i+1])
		}
		return variables
	}
}

const agencyBlock = "assume_role = { agency_name = %q, domain_name = %q }"

// loginCases are all login methods, configured in the provider block and in the environment.
var loginCases = map[string]loginCase{
	"token": {
		config: lines("token = %q", imstest.Token),
		header: "X-Auth-Token",
	},
	"token of the environment": {
		environment: env("OS_AUTH_TOKEN", imstest.Token),
		header:      "X-Auth-Token",
	},
	"access key": {
		config: lines("access_key = %q\n secret_key = %q", imstest.AccessKey, imstest.SecretKey),
		header: "Authorization",
	},
	"access key of the environment": {
		environment: env("HW_ACCESS_KEY", imstest.AccessKey, "HW_SECRET_KEY", imstest.SecretKey),
		header:      "Authorization",
	},
	"temporary access key": {
		config: lines("access_key = %q\n secret_key = %q\n security_token = %q",
			imstest.TempAccessKey, imstest.TempSecretKey, imstest.TempSecurityToken),
		header: "X-Security-Token",
	},
	"temporary access key of the environment": {
		environment: env("OS_ACCESS_KEY", imstest.TempAccessKey, "OS_SECRET_KEY", imstest.TempSecretKey,
			"OS_SECURITY_TOKEN", imstest.TempSecurityToken),
		header: "X-Security-Token",
	},
	"user and password": {
		config: lines("auth_url = %q\n user_name = %q\n password = %q\n domain_name = %q",
			"IAM", imstest.UserName, imstest.Password, imstest.DomainName),
		header: "X-Auth-Token",
		calls:  []imstest.Operation{imstest.CreateToken},
	},
	"user id and password of OpenStack's environment": {
		environment: env("OS_AUTH_URL", "IAM", "OS_USER_ID", imstest.UserID, "OS_PASSWORD", imstest.Password),
		header:      "X-Auth-Token",
		calls:       []imstest.Operation{imstest.CreateToken},
	},
	"user and password of Huawei Cloud's environment": {
		environment: env("HW_AUTH_URL", "IAM", "HW_USER_NAME", imstest.UserName, "HW_USER_PASSWORD", imstest.Password,
			"HW_DOMAIN_NAME", imstest.DomainName),
		header: "X-Auth-Token",
		calls:  []imstest.Operation{imstest.CreateToken},
	},
	"clouds.yaml": {
		config:      lines("cloud = %q", "mock"),
		environment: env("OS_CLIENT_CONFIG_FILE", "DIR/clouds.yaml"),
		header:      "X-Auth-Token",
		calls:       []imstest.Operation{imstest.CreateToken},
	},
	"clouds.yaml of the environment": {
		environment: env("OS_CLOUD", "mock", "OS_CLIENT_CONFIG_FILE", "DIR/clouds.yaml"),
		header:      "X-Auth-Token",
		calls:       []imstest.Operation{imstest.CreateToken},
	},
	"profile": {
		config: lines("shared_config_file = %q\n profile = %q", "DIR/config.json", "mock"),
		header: "Authorization",
	},
	"current profile of the environment": {
		environment: env("HW_SHARED_CONFIG_FILE", "DIR/config.json"),
		header:      "Authorization",
	},
	"metadata": {
		config: lines("use_metadata = true"),
		header: "X-Security-Token",
		calls:  []imstest.Operation{imstest.MetadataToken, imstest.SecurityKey},
	},
	"metadata of the environment": {
		environment: env("IMS_USE_METADATA", "true"),
		header:      "X-Security-Token",
		calls:       []imstest.Operation{imstest.MetadataToken, imstest.SecurityKey},
	},
	"role over a token": {
		config: lines("auth_url = %q\n token = %q\n "+agencyBlock, "IAM", imstest.Token, imstest.AgencyName, imstest.DomainName),
		header: "X-Security-Token",
		calls:  []imstest.Operation{imstest.AssumeRole},
	},
	"role over an access key, of the environment": {
		environment: env("HW_AUTH_URL", "IAM", "HW_ACCESS_KEY", imstest.AccessKey, "HW_SECRET_KEY", imstest.SecretKey,
			"HW_ASSUME_ROLE_AGENCY_NAME", imstest.AgencyName, "HW_ASSUME_ROLE_DOMAIN_NAME", imstest.DomainName),
		header: "X-Security-Token",
		calls:  []imstest.Operation{imstest.AssumeRole, imstest.OwnDomains},
	},
	"role over user and password": {
		config: lines("auth_url = %q\n user_name = %q\n password = %q\n domain_name = %q\n "+agencyBlock,
			"IAM", imstest.UserName, imstest.Password, imstest.DomainName, imstest.AgencyName, imstest.DomainName),
		header: "X-Security-Token",
		calls:  []imstest.Operation{imstest.CreateToken, imstest.AssumeRole},
	},
	"role over an access key whose account is known": {
		config: lines("auth_url = %q\n access_key = %q\n secret_key = %q\n domain_id = %q\n "+agencyBlock,
			"IAM", imstest.AccessKey, imstest.SecretKey, imstest.DomainID, imstest.AgencyName, imstest.DomainName),
		header: "X-Security-Token",
		calls:  []imstest.Operation{imstest.AssumeRole},
	},
	"role in another account over a token": {
		config:  lines("auth_url = %q\n token = %q\n "+agencyBlock, "IAM", imstest.Token, imstest.AgencyName, imstest.OtherDomainName),
		project: imstest.OtherProjectID,
		header:  "X-Security-Token",
		calls:   []imstest.Operation{imstest.AssumeRole},
	},
	"role in another account over user and password: the own login is not for that account's project": {
		config: lines("auth_url = %q\n user_name = %q\n password = %q\n domain_name = %q\n "+agencyBlock,
			"IAM", imstest.UserName, imstest.Password, imstest.DomainName, imstest.AgencyName, imstest.OtherDomainName),
		project: imstest.OtherProjectID,
		header:  "X-Security-Token",
		calls:   []imstest.Operation{imstest.CreateToken, imstest.AssumeRole},
	},
	"role in another account over a user by id": {
		config: lines("auth_url = %q\n user_id = %q\n password = %q\n "+agencyBlock,
			"IAM", imstest.UserID, imstest.Password, imstest.AgencyName, imstest.OtherDomainName),
		project: imstest.OtherProjectID,
		header:  "X-Security-Token",
		calls:   []imstest.Operation{imstest.CreateToken, imstest.AssumeRole},
	},
	"role in another account over clouds.yaml": {
		config:      lines("cloud = %q\n "+agencyBlock, "mock", imstest.AgencyName, imstest.OtherDomainName),
		environment: env("OS_CLIENT_CONFIG_FILE", "DIR/clouds.yaml"),
		project:     imstest.OtherProjectID,
		header:      "X-Security-Token",
		calls:       []imstest.Operation{imstest.CreateToken, imstest.AssumeRole},
	},
	"role in another account over the metadata": {
		config:  lines("auth_url = %q\n use_metadata = true\n "+agencyBlock, "IAM", imstest.AgencyName, imstest.OtherDomainName),
		project: imstest.OtherProjectID,
		header:  "X-Security-Token",
		calls:   []imstest.Operation{imstest.MetadataToken, imstest.SecurityKey, imstest.OwnDomains, imstest.AssumeRole},
	},
	"role in another account over a web identity": {
		config: lines("auth_url = %q\n assume_role_with_oidc = { idp_id = %q, id_token = %q }\n "+agencyBlock,
			"IAM", imstest.IdentityProvider, imstest.IDToken, imstest.AgencyName, imstest.OtherDomainName),
		project: imstest.OtherProjectID,
		header:  "X-Security-Token",
		calls:   []imstest.Operation{imstest.WebIdentity, imstest.AssumeRole},
	},
	"agency of Open Telekom Cloud's environment": {
		environment: env("OS_AUTH_URL", "IAM", "OS_USERNAME", imstest.UserName, "OS_PASSWORD", imstest.Password,
			"OS_USER_DOMAIN_NAME", imstest.DomainName, "OS_AGENCY_NAME", imstest.AgencyName, "OS_AGENCY_DOMAIN_NAME", imstest.OtherDomainName),
		project: imstest.OtherProjectID,
		header:  "X-Security-Token",
		calls:   []imstest.Operation{imstest.CreateToken, imstest.AssumeRole},
	},
	"agency of a profile": {
		config:  lines("auth_url = %q\n shared_config_file = %q\n profile = %q", "IAM", "DIR/config.json", "agency"),
		project: imstest.OtherProjectID,
		header:  "X-Security-Token",
		calls:   []imstest.Operation{imstest.OwnDomains, imstest.AssumeRole},
	},
	"trust agency over an access key, of the environment": {
		environment: env("HW_ACCESS_KEY", imstest.AccessKey, "HW_SECRET_KEY", imstest.SecretKey,
			"HW_ASSUME_ROLE_AGENCY_URN", imstest.TrustAgencyURN, "IMS_STS_ENDPOINT", "URL"),
		project: imstest.OtherProjectID,
		header:  "X-Security-Token",
		calls:   []imstest.Operation{imstest.AssumeAgency},
	},
	"trust agency over user and password": {
		config: lines("auth_url = %q\n user_name = %q\n password = %q\n domain_name = %q\n assume_role = { agency_urn = %q }",
			"IAM", imstest.UserName, imstest.Password, imstest.DomainName, imstest.TrustAgencyURN),
		environment: env("IMS_STS_ENDPOINT", "URL"),
		project:     imstest.OtherProjectID,
		header:      "X-Security-Token",
		calls:       []imstest.Operation{imstest.CreateToken, imstest.AssumeAgency},
	},
	"access key of clouds.yaml": {
		environment: env("OS_CLOUD", "keys", "OS_CLIENT_CONFIG_FILE", "DIR/clouds.yaml"),
		header:      "Authorization",
	},
	"application credential of clouds.yaml": {
		environment: env("OS_CLOUD", "application", "OS_CLIENT_CONFIG_FILE", "DIR/clouds.yaml"),
		header:      "X-Auth-Token",
		calls:       []imstest.Operation{imstest.CreateToken},
	},
	"SSO profile of the environment": {
		environment: env("HW_SHARED_CONFIG_FILE", "DIR/config.json", "HW_PROFILE", "sso"),
		header:      "X-Security-Token",
	},
	"agency of a profile of the environment": {
		environment: env("OS_AUTH_URL", "IAM", "HW_SHARED_CONFIG_FILE", "DIR/config.json", "HW_PROFILE", "agency"),
		project:     imstest.OtherProjectID,
		header:      "X-Security-Token",
		calls:       []imstest.Operation{imstest.OwnDomains, imstest.AssumeRole},
	},
	"SSO profile": {
		config: lines("shared_config_file = %q\n profile = %q", "DIR/config.json", "sso"),
		header: "X-Security-Token",
	},
	"web identity": {
		config: lines("auth_url = %q\n assume_role_with_oidc = { idp_id = %q, id_token_file = %q }",
			"IAM", imstest.IdentityProvider, "DIR/id-token"),
		header: "X-Auth-Token",
		calls:  []imstest.Operation{imstest.WebIdentity},
	},
	"web identity of the environment": {
		environment: env("OS_AUTH_URL", "IAM", "HW_ASSUME_ROLE_IDP_ID", imstest.IdentityProvider, "HW_ASSUME_ROLE_ID_TOKEN_FILE", "DIR/id-token"),
		header:      "X-Auth-Token",
		calls:       []imstest.Operation{imstest.WebIdentity},
	},
}
