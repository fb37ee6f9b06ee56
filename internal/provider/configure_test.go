// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/provider"
)

// passwordSettings returns the settings of a login with a user name and a password.
func passwordSettings(mock *imstest.Server) map[string]string {
	return map[string]string{
		"endpoint": mock.URL(), "auth_url": iamURL(mock), "region": imstest.Region,
		"user_name": imstest.UserName, "password": imstest.Password, "domain_name": imstest.DomainName,
	}
}

// changed changes settings and returns them. An empty text removes a setting.
func changed(settings, by map[string]string) map[string]string {
	for name, value := range by {
		settings[name] = value
		if value == "" {
			delete(settings, name)
		}
	}
	return settings
}

// configureFails configures a provider, which has to fail with one error. It returns the summary and the detail.
func configureFails(t *testing.T, environment, settings map[string]string) string {
	t.Helper()
	dependencies := acctest.Isolated
	dependencies.Getenv = acctest.EnvironmentOf(environment)
	diagnostics := tryConfigure(t, dependencies, settings)
	if len(diagnostics) != 1 || diagnostics[0].Severity != tfprotov6.DiagnosticSeverityError {
		t.Fatalf("the diagnostics are %q, %q, want one error", acctest.Summaries(diagnostics), acctest.Details(diagnostics))
	}
	return diagnostics[0].Summary + "\n" + diagnostics[0].Detail
}

func tryConfigure(t *testing.T, dependencies provider.Dependencies, settings map[string]string) []*tfprotov6.Diagnostic {
	t.Helper()
	p := acctest.NewUnconfiguredServer(t, dependencies)
	resp, err := p.Server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.14.0",
		Config:           p.Value(p.Config, settings),
	})
	if err != nil {
		t.Fatal(err)
	}
	return resp.Diagnostics
}
