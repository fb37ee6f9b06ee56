// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// A login that is made at the first call of the image service fails with advice for its login method.
func TestAccLoginFailsAtFirstCall(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		options []imstest.Option
		config  func(*imstest.Server, string) string
		want    string
	}{
		"a machine without an agency": {
			[]imstest.Option{imstest.WithoutAgency()}, lines("use_metadata = true"), `This machine has no agency`,
		},
		"an agency that does not exist": {
			nil, lines("auth_url = %q\n token = %q\n "+agencyBlock, "IAM", imstest.Token, "nobody", imstest.DomainName),
			`Check\s+agency_name`,
		},
		"a forged ID token": {
			nil, lines("auth_url = %q\n assume_role_with_oidc = { idp_id = %q, id_token = %q }", "IAM", imstest.IdentityProvider, "forged"),
			`IAM rejected the web\s+identity`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t, c.options...)
			image := mock.AddImage("golden")
			dependencies := acctest.Isolated
			dependencies.Getenv = acctest.EnvironmentOf(map[string]string{"IMS_METADATA_ENDPOINT": mock.URL()})
			config := fmt.Sprintf("provider \"ims\" {\n endpoint = %q\n project_id = %q\n %s\n}\n",
				mock.URL(), imstest.ProjectID, c.config(mock, t.TempDir()))
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.FactoriesWith(dependencies),
				Steps: []resource.TestStep{{
					Config:      config + acctest.TagBlock("test", image, "k", "v"),
					ExpectError: regexp.MustCompile(c.want),
				}},
			})
			acctest.ExpectNoWrites(t, mock)
		})
	}
}

// importWithIDTokenFile imports a tag with an ID token from a file, and returns the details of the errors.
func importWithIDTokenFile(t *testing.T, path string) string {
	t.Helper()
	mock, image := acctest.StartWithImage(t)
	dependencies := acctest.Isolated
	dependencies.Getenv = acctest.EnvironmentOf(map[string]string{
		"HW_ASSUME_ROLE_IDP_ID": imstest.IdentityProvider, "HW_ASSUME_ROLE_ID_TOKEN_FILE": path,
	})
	p := acctest.NewUnconfiguredServer(t, dependencies)
	p.Configure(map[string]string{"endpoint": mock.URL(), "auth_url": iamURL(mock), "project_id": imstest.ProjectID})
	return strings.Join(acctest.Details(p.ImportState(image+"/k", nil).Diagnostics), "\n")
}

// A file with an ID token that does not exist is looked for once. The error names the file and the setting.
func TestMissingIDTokenFile(t *testing.T) {
	t.Parallel()
	missing := filepath.Join(t.TempDir(), "gone")
	detail := importWithIDTokenFile(t, missing)
	for _, want := range []string{"Check the path in id_token_file", "id_token_file: open " + missing + ": no such file or directory"} {
		if !strings.Contains(detail, want) {
			t.Errorf("the error does not say %q:\n%s", want, detail)
		}
	}
	for _, wrong := range []string{"Attempts:", "did not respond"} {
		if strings.Contains(detail, wrong) {
			t.Errorf("the error says %q:\n%s", wrong, detail)
		}
	}
}

// A token that is set as the path of its file is not shown.
func TestIDTokenInsteadOfItsFile(t *testing.T) {
	t.Parallel()
	detail := importWithIDTokenFile(t, "eyJ"+strings.Repeat("a", 700)+".payload.signature")
	if strings.Contains(detail, "payload") || !strings.Contains(detail, "set id_token instead") {
		t.Errorf("the error is\n%s", detail)
	}
}

// If a login page answers instead of IAM, the password is sent once.
func TestLoginPageGetsThePasswordOnce(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.Force(imstest.CreateToken, slices.Repeat([]imstest.Answer{imstest.HTML(http.StatusOK)}, 20)...)
	p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	p.Configure(changed(passwordSettings(mock), map[string]string{"project_id": imstest.ProjectID}))
	detail := strings.Join(acctest.Details(p.ImportState(image+"/k", nil).Diagnostics), "\n")
	if !strings.Contains(detail, "whether a proxy or a login page intercepts the calls") {
		t.Errorf("the error does not say what to check:\n%s", detail)
	}
	acctest.ExpectCalls(t, mock, imstest.CreateToken, 1)
}

// With a wrong password, ten tags make one login in each process.
func TestAccRejectedLoginIsMadeOnce(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	var config strings.Builder
	fmt.Fprintf(&config, "provider \"ims\" {\n endpoint = %q\n project_id = %q\n auth_url = %q\n user_name = %q\n password = \"wrong\"\n domain_name = %q\n}\n",
		mock.URL(), imstest.ProjectID, iamURL(mock), imstest.UserName, imstest.DomainName)
	for i := range 10 {
		config.WriteString(acctest.TagBlock(fmt.Sprintf("t%d", i), image, fmt.Sprintf("key-%d", i), "v"))
	}
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{{
			Config:      config.String(),
			ExpectError: regexp.MustCompile(`IAM rejected the login`),
		}},
	})
	acctest.ExpectCalls(t, mock, imstest.CreateToken, 2) // one by the check of the plan, which says nothing, and one by the apply
}

// With a wrong password, one login is made, also if a role is assumed. The error contains the identity with its origins.
func TestRejectedLoginOfARole(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	environment := map[string]string{
		"HW_ASSUME_ROLE_AGENCY_NAME": imstest.AgencyName, "HW_ASSUME_ROLE_DOMAIN_NAME": imstest.OtherDomainName, "OS_PASSWORD": "hunter2",
	}
	detail := configureFails(t, environment, changed(passwordSettings(mock), map[string]string{"password": ""}))
	for _, want := range []string{
		"Cannot log in to the cloud", "Check user_name, password and domain_name", "user mock-user from the provider block",
		"account MOCK-DOMAIN from the provider block", "password from OS_PASSWORD", "region mock-1 from the provider block",
	} {
		if !strings.Contains(detail, want) {
			t.Errorf("the error does not say %q:\n%s", want, detail)
		}
	}
	acctest.ExpectCalls(t, mock, imstest.CreateToken, 1)
	acctest.ExpectCalls(t, mock, imstest.AssumeRole, 0)
}

// With a wrong password and a role, ten tags make one login at the first call of the image service.
func TestAccRejectedLoginOfARoleIsMadeOnce(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	var config strings.Builder
	fmt.Fprintf(&config, "provider \"ims\" {\n endpoint = %q\n project_id = %q\n auth_url = %q\n user_name = %q\n password = \"wrong\"\n domain_name = %q\n "+agencyBlock+"\n}\n",
		mock.URL(), imstest.ProjectID, iamURL(mock), imstest.UserName, imstest.DomainName, imstest.AgencyName, imstest.DomainName)
	for i := range 10 {
		config.WriteString(acctest.TagBlock(fmt.Sprintf("t%d", i), image, fmt.Sprintf("key-%d", i), "v"))
	}
	w := acctest.NewWorkspace(t, mock, config.String())
	output := acctest.Squeeze(w.Fail("Cannot create image tag", "apply", "-auto-approve"))
	if !strings.Contains(output, "IAM rejected the login") || !strings.Contains(output, "user mock-user") {
		t.Errorf("the error does not contain the rejected user:\n%s", output)
	}
	acctest.ExpectCalls(t, mock, imstest.CreateToken, 2) // one by the check of the plan, which says nothing, and one by the apply
	acctest.ExpectCalls(t, mock, imstest.AssumeRole, 0)
}

// A nested object without its required attributes is an error.
func TestAccLoginWithIncompleteObject(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ config, want string }{
		"a role without a name":           {`assume_role = { domain_name = "d" }`, "The name of the agency is missing"},
		"a role without an account":       {`assume_role = { agency_name = "a" }`, "The account of the agency is missing"},
		"a web identity without anything": {`assume_role_with_oidc = {}`, "The identity provider of the web identity is missing"},
		"a web identity with two tokens": {
			`assume_role_with_oidc = { idp_id = "i", id_token = "a", id_token_file = "b" }`, "id_token and id_token_file of assume_role_with_oidc conflict",
		},
		"a role that is too short": {
			`assume_role = { agency_name = "a", domain_name = "d", duration = 60 }`, "must be between 900 and 86400",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorkspace(t, nil, fmt.Sprintf("provider \"ims\" {\n region = \"eu-de\"\n project_id = %q\n %s\n}\n", imstest.ProjectID, c.config)+
				acctest.TagBlock("test", "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0", "k", "v"))
			w.Env = append(w.Env, "HW_ACCESS_KEY=ak", "HW_SECRET_KEY=sk")
			if output := w.Fail("Error:", "plan"); !strings.Contains(acctest.Squeeze(output), c.want) {
				t.Errorf("the error does not say %q:\n%s", c.want, output)
			}
		})
	}
}
