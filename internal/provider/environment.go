package provider

import "strings"

// environment names the variables that stand in for an attribute of the provider that is not configured, the first
// that is set and not empty wins. They are the names that the clouds' own tools read.
var environment = map[string][]string{
	"endpoint":           {"IMS_ENDPOINT"},
	"region":             {"HW_REGION_NAME", "OS_REGION_NAME", "OS_REGION"},
	"cloud_domain":       {"HW_CLOUD"},
	"auth_url":           {"HW_AUTH_URL", "OS_AUTH_URL"},
	"project_id":         {"HW_PROJECT_ID", "OS_PROJECT_ID", "OS_TENANT_ID"},
	"project_name":       {"HW_PROJECT_NAME", "OS_PROJECT_NAME", "OS_TENANT_NAME"},
	"token":              {"HW_AUTH_TOKEN", "OS_AUTH_TOKEN", "OS_TOKEN"},
	"access_key":         {"HW_ACCESS_KEY", "OS_ACCESS_KEY"},
	"secret_key":         {"HW_SECRET_KEY", "OS_SECRET_KEY"},
	"security_token":     {"HW_SECURITY_TOKEN", "OS_SECURITY_TOKEN"},
	"user_name":          {"HW_USER_NAME", "OS_USERNAME"},
	"user_id":            {"HW_USER_ID", "OS_USER_ID"},
	"password":           {"HW_USER_PASSWORD", "OS_PASSWORD"},
	"domain_name":        {"HW_DOMAIN_NAME", "OS_USER_DOMAIN_NAME", "OS_DOMAIN_NAME"},
	"domain_id":          {"HW_DOMAIN_ID", "OS_USER_DOMAIN_ID", "OS_DOMAIN_ID"},
	"shared_config_file": {"HW_SHARED_CONFIG_FILE"},
	"profile":            {"HW_PROFILE"},
	"cloud":              {"OS_CLOUD"},
	"use_metadata":       {"IMS_USE_METADATA"},
	"insecure":           {"HW_INSECURE", "OS_INSECURE"},
	"cacert_file":        {"HW_CACERT", "OS_CACERT"},
	"cert":               {"OS_CERT"},
	"key":                {"OS_KEY"},
	"max_retries":        {"HW_MAX_RETRIES", "OS_MAX_RETRIES"},
	"bulk_reads":         {"IMS_BULK_READS"},

	"assume_role.agency_name": {"HW_ASSUME_ROLE_AGENCY_NAME"},
	"assume_role.domain_name": {"HW_ASSUME_ROLE_DOMAIN_NAME"},
	"assume_role.domain_id":   {"HW_ASSUME_ROLE_DOMAIN_ID"},
	"assume_role.duration":    {"HW_ASSUME_ROLE_DURATION"},

	"assume_role_with_oidc.idp_id":        {"HW_ASSUME_ROLE_IDP_ID"},
	"assume_role_with_oidc.id_token":      {"HW_ASSUME_ROLE_ID_TOKEN"},
	"assume_role_with_oidc.id_token_file": {"HW_ASSUME_ROLE_ID_TOKEN_FILE"},
}

// fromEnvironment is the sentence of an attribute's documentation that names its variables.
func fromEnvironment(attribute string) string {
	return "Environment: `" + strings.Join(environment[attribute], "`, `") + "`."
}
