// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"fmt"
	"net/http"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// lookupAdvice returns how to do without a lookup that IAM rejected, and what the caller, a user or an agency, needs to make it.
// It is empty for any other failure. accountSetting is the setting that contains the ID of the caller's account.
func lookupAdvice(failed *auth.LoginError, caller, accountSetting string) string {
	hasNoResult := failed.Lookup == auth.LookupAccount && failed.Status == http.StatusOK
	if !isRejection(failed.Status) && failed.Status != http.StatusNotFound && !hasNoResult {
		return ""
	}
	var value, setting, permission string
	switch failed.Lookup {
	case auth.LookupProject:
		value, setting, permission = "the ID of the project", "project_id", "the permission iam:projects:listProjects"
	case auth.LookupEndpoint:
		value, setting, permission = "the endpoint of the image service", "endpoint (or, for several regions, endpoints)",
			"the right to read the service catalog"
	case auth.LookupAccount:
		value, setting, permission = "the ID of the account", accountSetting, "the right to list its accounts"
	}
	advice := fmt.Sprintf("IAM rejected the lookup of %s. Set %s to make the lookup unnecessary", value, setting)
	if failed.Status == http.StatusForbidden {
		advice += fmt.Sprintf(", or grant the %s %s", caller, permission)
	}
	return advice + "."
}
