package explain

import (
	"errors"
	"io/fs"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

const configureSummary = "Cannot configure the provider"

// Login is the diagnostic of a provider that cannot be configured, because its settings or its login do not lead to the
// service.
func Login(s *settings.Settings, err error) diag.Diagnostic {
	s.Login.Annotate(err)
	summary := configureSummary
	var failed *auth.LoginError
	if errors.As(err, &failed) && (failed.Final || failed.Advice != "") {
		summary = "Cannot log in to the cloud"
	}
	return diag.NewErrorDiagnostic(summary, adviseLogin(err)+"\n\n"+lines([]Fact{
		{"Login", s.Login.String()},
		{"Settings", s.Target()},
		{"Cause", s.Secrets.Redact(err.Error())},
	}))
}

// Place is the diagnostic of a region or project of a resource that the provider cannot connect to.
func Place(region, project string, s *settings.Settings, err error) diag.Diagnostic {
	login := Login(s, err)
	if login.Summary() != configureSummary {
		return login
	}
	if region == "" {
		return diag.NewAttributeErrorDiagnostic(path.Root("project_id"), "Cannot use project "+project, login.Detail())
	}
	return diag.NewAttributeErrorDiagnostic(path.Root("region"), "Cannot use region "+region, login.Detail())
}

// adviseLogin says in a sentence or two what a failed login means and what to do next.
func adviseLogin(err error) string {
	var failed *auth.LoginError
	if !errors.As(err, &failed) {
		return adviseLocal(err)
	}
	switch {
	case failed.Final:
		return "The login has ended and cannot be renewed."
	case failed.Advice != "":
		return failed.Advice
	case failed.Status >= http.StatusInternalServerError || failed.Status == http.StatusTooManyRequests:
		return "IAM failed or limits the rate of calls. Run the command again later."
	case failed.Status != 0:
		return "IAM responded with something that its API does not document. Check auth_url, and whether a proxy or a login page " +
			"intercepts the calls."
	}
	return adviseNetwork(err, identityService)
}

func adviseLocal(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "A file that the provider is configured to read does not exist."
	}
	return "The provider cannot connect to the service with these settings."
}

// Region returns the errors of the settings of a region that a resource names. Warnings are those of the provider
// configuration, which are shown already.
func Region(region string, problems []settings.Problem) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, p := range problems {
		if !p.Warning {
			diags.Append(diag.NewAttributeErrorDiagnostic(path.Root("region"), "Cannot use region "+region, p.Detail))
		}
	}
	return diags
}
