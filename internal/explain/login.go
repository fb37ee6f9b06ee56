// SPDX-License-Identifier: MPL-2.0

package explain

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

// Login is the diagnostic of a provider that cannot be configured, because its settings or its login do not lead to the
// service.
func Login(s *settings.Settings, err error) diag.Diagnostic {
	detail := loginDetail(s, err)
	summary := loginSummary(err)
	var failed *auth.LoginError
	if summary == "" && errors.As(err, &failed) && failed.Lookup != "" {
		summary = "Cannot look up the " + string(failed.Lookup)
	}
	return diag.NewErrorDiagnostic(cmp.Or(summary, "Cannot configure the provider"), detail)
}

// Place is the diagnostic of a region or project of a resource that the provider cannot connect to.
func Place(region, project string, s *settings.Settings, err error) diag.Diagnostic {
	detail := loginDetail(s, err)
	if summary := loginSummary(err); summary != "" {
		return diag.NewErrorDiagnostic(summary, detail)
	}
	return unusable(region, project, detail)
}

// PlaceSettings returns the errors of the settings for a region or project of a resource. Warnings are those of the provider
// configuration, which are shown already.
func PlaceSettings(region, project string, problems []settings.Problem) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, p := range problems {
		if !p.Warning {
			diags.Append(unusable(region, project, p.Detail))
		}
	}
	return diags
}

// loginSummary returns the summary of an error that no setting of a place causes, once [settings.Settings.Annotate] has added
// its advice. It is empty for any other error.
func loginSummary(err error) string {
	switch {
	case errors.Is(err, context.Canceled), isTimedOut(err):
		return "Cannot connect to the cloud"
	case isRejected(err):
		return "Cannot log in to the cloud"
	}
	return ""
}

// isTimedOut reports whether the operation ran out of time. A [*auth.LoginError] can have a timeout of its own.
func isTimedOut(err error) bool {
	var failed *auth.LoginError
	return errors.Is(err, context.DeadlineExceeded) && !errors.As(err, &failed)
}

// isRejected reports whether IAM rejected the credentials. A lookup can be rejected although the login succeeded.
func isRejected(err error) bool {
	var failed *auth.LoginError
	if !errors.As(err, &failed) {
		return false
	}
	if failed.Lookup != "" {
		return failed.Status == http.StatusUnauthorized
	}
	return failed.Final || failed.Advice != "" && failed.Status != 0
}

func unusable(region, project, detail string) diag.Diagnostic {
	if region == "" {
		return diag.NewAttributeErrorDiagnostic(path.Root("project_id"), "Cannot use project "+project, detail)
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("region"), "Cannot use region "+region, detail)
}

// loginDetail annotates the error, and says what it means, who logged in, and where.
func loginDetail(s *settings.Settings, err error) string {
	s.Annotate(err)
	return adviseLogin(err) + "\n\n" + lines([]Fact{
		{"Login", s.Login.String()},
		{"Settings", s.Target()},
		{"Cause", s.Secrets.Redact(err.Error())},
	})
}

// adviseLogin says in a sentence or two what a failed login means and what to do next.
func adviseLogin(err error) string {
	if errors.Is(err, context.Canceled) {
		return "The operation was cancelled before the provider was connected. Run the command again."
	}
	if isTimedOut(err) {
		return "The operation ran out of time before the provider was connected. Run the command again, or increase the timeout of the " +
			"operation."
	}
	var failed *auth.LoginError
	if !errors.As(err, &failed) {
		return adviseLocal(err)
	}
	switch {
	case failed.Final:
		return "The login has ended and cannot be renewed."
	case failed.Status == 0:
		return adviseNoLogin(failed)
	case failed.Advice != "":
		return failed.Advice
	case failed.Status >= http.StatusInternalServerError || failed.Status == http.StatusTooManyRequests:
		return "IAM failed or limits the rate of calls. Run the command again later."
	}
	return "IAM responded with something that its API does not document. Check auth_url, and whether a proxy or a login page " +
		"intercepts the calls."
}

// adviseNoLogin is for a login that got no response. Its own advice is about the server.
func adviseNoLogin(failed *auth.LoginError) string {
	cause := networkCause(failed)
	if failed.Advice != "" && (cause == hostCause || cause == otherCause) {
		return failed.Advice
	}
	return adviseNetwork(failed, identityService)
}

func adviseLocal(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "A file that the provider is configured to read does not exist."
	}
	return "The provider cannot connect to the service with these settings."
}
