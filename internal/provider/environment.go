package provider

import "strings"

// environment names the variables that stand in for an attribute of the provider that is not configured, the first
// that is set and not empty wins. They are the names that the clouds' own tools read.
var environment = map[string][]string{
	"endpoint":       {"IMS_ENDPOINT"},
	"region":         {"HW_REGION_NAME", "OS_REGION_NAME", "OS_REGION"},
	"cloud_domain":   {"HW_CLOUD"},
	"project_id":     {"HW_PROJECT_ID", "OS_PROJECT_ID", "OS_TENANT_ID"},
	"token":          {"HW_AUTH_TOKEN", "OS_AUTH_TOKEN", "OS_TOKEN"},
	"access_key":     {"HW_ACCESS_KEY", "OS_ACCESS_KEY"},
	"secret_key":     {"HW_SECRET_KEY", "OS_SECRET_KEY"},
	"security_token": {"HW_SECURITY_TOKEN", "OS_SECURITY_TOKEN"},
	"insecure":       {"HW_INSECURE", "OS_INSECURE"},
	"cacert_file":    {"HW_CACERT", "OS_CACERT"},
	"max_retries":    {"HW_MAX_RETRIES", "OS_MAX_RETRIES"},
}

// fromEnvironment is the sentence of an attribute's documentation that names its variables.
func fromEnvironment(attribute string) string {
	return "Environment: `" + strings.Join(environment[attribute], "`, `") + "`."
}
