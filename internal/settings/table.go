// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"fmt"
	"slices"
	"strings"
)

// Setting is a row of the table of environment variables.
type Setting struct {
	Group     string
	Attribute string   // attribute of the provider block; "object.attribute" in a nested object
	Variables []string // environment variables; the first that is not empty is used
	Remark    string   // for the documentation; may be empty
	Internal  bool     // the provider block has no such attribute; it can only be set in the environment or a file
}

// Groups of settings, in the order of the documentation.
const (
	groupLogin   = "Login"
	groupAccount = "Account and agency"
	groupProject = "Project"
	groupCloud   = "Cloud and region"
	groupCalls   = "Calls and certificates"
)

// Table lists the environment variables that are read if neither the provider block nor the selected entry of a file
// sets an attribute. Most of them are the variables that the tools of the clouds read.
var Table = []Setting{
	{Group: groupLogin, Attribute: "token", Variables: []string{"HW_AUTH_TOKEN", "OS_AUTH_TOKEN", "OS_TOKEN"}},
	{Group: groupLogin, Attribute: "access_key", Variables: []string{"HW_ACCESS_KEY", "OS_ACCESS_KEY"}},
	{Group: groupLogin, Attribute: "secret_key", Variables: []string{"HW_SECRET_KEY", "OS_SECRET_KEY"}},
	{
		Group: groupLogin, Attribute: "security_token", Variables: []string{"HW_SECURITY_TOKEN", "OS_SECURITY_TOKEN"},
		Remark: "Read only if the access key comes from the environment as well.",
	},
	{Group: groupLogin, Attribute: "user_name", Variables: []string{"HW_USER_NAME", "OS_USERNAME", "OS_USER_NAME"}},
	{Group: groupLogin, Attribute: "user_id", Variables: []string{"HW_USER_ID", "OS_USER_ID"}},
	{Group: groupLogin, Attribute: "password", Variables: []string{"HW_USER_PASSWORD", "OS_PASSWORD"}},
	{Group: groupLogin, Attribute: "passcode", Variables: []string{"OS_PASSCODE"}},
	{Group: groupLogin, Attribute: "assume_role_with_oidc.idp_id", Variables: []string{"HW_ASSUME_ROLE_IDP_ID"}},
	{Group: groupLogin, Attribute: "assume_role_with_oidc.id_token", Variables: []string{"HW_ASSUME_ROLE_ID_TOKEN"}},
	{Group: groupLogin, Attribute: "assume_role_with_oidc.id_token_file", Variables: []string{"HW_ASSUME_ROLE_ID_TOKEN_FILE"}},
	{Group: groupLogin, Attribute: "shared_config_file", Variables: []string{"HW_SHARED_CONFIG_FILE"}},
	{Group: groupLogin, Attribute: "profile", Variables: []string{"HW_PROFILE"}},
	{
		Group: groupLogin, Attribute: "cloud", Variables: []string{"OS_CLOUD"},
		Remark: "Name of an entry in `clouds.yaml`. For the `cloud` argument of Huawei Cloud's provider, use `cloud_domain`.",
	},
	{
		Group: groupLogin, Attribute: "clouds_file", Variables: []string{"OS_CLIENT_CONFIG_FILE"}, Internal: true,
		Remark: "Path of `clouds.yaml`.",
	},
	{
		Group: groupLogin, Attribute: "secure_file", Variables: []string{"OS_CLIENT_SECURE_FILE"}, Internal: true,
		Remark: "Path of `secure.yaml`.",
	},
	{
		Group: groupLogin, Attribute: "use_metadata", Variables: []string{"IMS_USE_METADATA"},
		Remark: "Disabled by default. Huawei Cloud's provider uses the agency whenever nothing else is set.",
	},
	{
		Group: groupLogin, Attribute: "metadata_endpoint", Variables: []string{"IMS_METADATA_ENDPOINT"}, Internal: true,
		Remark: "URL of the metadata service, if it is not the default.",
	},

	{
		Group: groupAccount, Attribute: "domain_name", Variables: []string{"HW_DOMAIN_NAME", "OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME"},
		Remark: "Name of the account, not the domain of the cloud.",
	},
	{Group: groupAccount, Attribute: "domain_id", Variables: []string{"HW_DOMAIN_ID", "OS_USER_DOMAIN_ID", "OS_DOMAIN_ID"}},
	{
		Group: groupAccount, Attribute: "default_domain", Variables: []string{"OS_DEFAULT_DOMAIN"}, Internal: true,
		Remark: "ID of the account, if no other setting names one.",
	},
	{
		Group: groupAccount, Attribute: "assume_role.agency_name", Variables: []string{"HW_ASSUME_ROLE_AGENCY_NAME", "OS_AGENCY_NAME"},
		Remark: "Called `agency_name` in Open Telekom Cloud's provider.",
	},
	{
		Group: groupAccount, Attribute: "assume_role.domain_name",
		Variables: []string{"HW_ASSUME_ROLE_DOMAIN_NAME", "OS_AGENCY_DOMAIN_NAME"},
		Remark:    "Called `agency_domain_name` in Open Telekom Cloud's provider.",
	},
	{Group: groupAccount, Attribute: "assume_role.domain_id", Variables: []string{"HW_ASSUME_ROLE_DOMAIN_ID"}},
	{Group: groupAccount, Attribute: "assume_role.agency_urn", Variables: []string{"HW_ASSUME_ROLE_AGENCY_URN"}},
	{Group: groupAccount, Attribute: "assume_role.duration", Variables: []string{"HW_ASSUME_ROLE_DURATION"}},
	{
		Group: groupAccount, Attribute: "delegated_project", Variables: []string{"OS_DELEGATED_PROJECT"}, Internal: true,
		Remark: "Name of the project in the account of the agency. Read only with an agency. In the provider block, set `project_name`.",
	},
	{
		Group: groupAccount, Attribute: "sts_endpoint", Variables: []string{"IMS_STS_ENDPOINT"}, Internal: true,
		Remark: "URL of the security token service, for `agency_urn`.",
	},

	{
		Group: groupProject, Attribute: "project_id", Variables: []string{"HW_PROJECT_ID", "OS_PROJECT_ID", "OS_TENANT_ID"},
		Remark: "With an agency, a project of the account of the agency.",
	},
	{Group: groupProject, Attribute: "project_name", Variables: []string{"HW_PROJECT_NAME", "OS_PROJECT_NAME", "OS_TENANT_NAME"}},
	{
		Group: groupProject, Attribute: "project_domain_name", Variables: []string{"OS_PROJECT_DOMAIN_NAME"}, Internal: true,
		Remark: "Account of the project. Defaults to the account of the user.",
	},
	{Group: groupProject, Attribute: "project_domain_id", Variables: []string{"OS_PROJECT_DOMAIN_ID"}, Internal: true},

	{Group: groupCloud, Attribute: "region", Variables: []string{"HW_REGION_NAME", "OS_REGION_NAME", "OS_REGION"}},
	{
		Group: groupCloud, Attribute: "cloud_domain", Variables: []string{"HW_CLOUD"},
		Remark: "Called `cloud` in Huawei Cloud's provider.",
	},
	{Group: groupCloud, Attribute: "auth_url", Variables: []string{"HW_AUTH_URL", "OS_AUTH_URL"}},
	{Group: groupCloud, Attribute: "endpoint", Variables: []string{"IMS_ENDPOINT"}},

	{Group: groupCalls, Attribute: "insecure", Variables: []string{"HW_INSECURE", "OS_INSECURE"}},
	{Group: groupCalls, Attribute: "cacert_file", Variables: []string{"HW_CACERT", "OS_CACERT"}},
	{Group: groupCalls, Attribute: "cert", Variables: []string{"OS_CERT"}},
	{Group: groupCalls, Attribute: "key", Variables: []string{"OS_KEY"}},
	{Group: groupCalls, Attribute: "max_retries", Variables: []string{"HW_MAX_RETRIES", "OS_MAX_RETRIES"}},
	{Group: groupCalls, Attribute: "bulk_reads", Variables: []string{"IMS_BULK_READS"}},
	{Group: groupCalls, Attribute: "plan_checks", Variables: []string{"IMS_PLAN_CHECKS"}},
}

// variables has the environment variables of [Table] by attribute.
var variables = func() map[string][]string {
	all := make(map[string][]string, len(Table))
	for _, setting := range Table {
		all[setting.Attribute] = setting.Variables
	}
	return all
}()

// isOfCalls has the attributes that say how calls are made, and not as whom and where to.
var isOfCalls = func() map[string]bool {
	found := make(map[string]bool)
	for _, setting := range Table {
		found[setting.Attribute] = setting.Group == groupCalls
	}
	return found
}()

// Variables returns the environment variables of an attribute.
func Variables(attribute string) []string { return variables[attribute] }

func listed(attribute string) string { return strings.Join(variables[attribute], ", ") }

// orVariables returns the end of a sentence that tells the user to set an attribute.
func orVariables(attribute string) string {
	switch names := variables[attribute]; len(names) {
	case 0:
		return ""
	case 1:
		return " or the environment variable " + names[0]
	default:
		return " or one of the environment variables " + strings.Join(names, ", ")
	}
}

// attributeOrVariables returns the names that the user can set a value with: the attribute, if the provider block has it,
// and the environment variables.
func attributeOrVariables(attribute string) string {
	isInternal := slices.ContainsFunc(Table, func(s Setting) bool { return s.Attribute == attribute && s.Internal })
	if isInternal {
		return strings.TrimPrefix(orVariables(attribute), " or ")
	}
	return attribute + orVariables(attribute)
}

// EnvironmentTable returns [Table] in Markdown.
func EnvironmentTable() string {
	var b strings.Builder
	group := ""
	for _, setting := range Table {
		if setting.Group != group {
			group = setting.Group
			fmt.Fprintf(&b, "\n**%s**\n\n| provider block | environment variable | notes |\n| --- | --- | --- |\n", group)
		}
		attribute := "`" + setting.Attribute + "`"
		if setting.Internal {
			attribute = ""
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s |\n", attribute, strings.Join(setting.Variables, "`, `"), setting.Remark)
	}
	return strings.TrimPrefix(b.String(), "\n")
}
