// SPDX-License-Identifier: MPL-2.0

//go:build keystone

package provider_test

import (
	"cmp"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// keystoneLogin is a configuration to log in to a real Keystone. account.fill replaces the names in capitals.
type keystoneLogin struct {
	domain string // of the account; Default if empty
	block  string // lines of the provider block
	files  map[string]string
}

var keystoneLogins = map[string]keystoneLogin{
	"a user name and a domain name": {
		block: "auth_url = AUTH_URL\n user_name = USER_NAME\n password = PASSWORD\n domain_name = DOMAIN_NAME\n project_id = PROJECT_ID",
	},
	"a user id": {
		block: "auth_url = AUTH_URL\n user_id = USER_ID\n password = PASSWORD\n project_id = PROJECT_ID",
	},
	"a user name and a domain id": {
		domain: otherDomain,
		block:  "auth_url = AUTH_URL\n user_name = USER_NAME\n password = PASSWORD\n domain_id = DOMAIN_ID\n project_id = PROJECT_ID",
	},
	"a domain whose user and project have the names of those of Default": {
		domain: otherDomain,
		block:  "auth_url = AUTH_URL\n user_name = USER_NAME\n password = PASSWORD\n domain_name = DOMAIN_NAME\n project_name = PROJECT_NAME",
	},
	"a domain name and a password with umlauts, spaces, quotes and a backslash": {
		domain: oddDomain,
		block:  "auth_url = AUTH_URL\n user_name = USER_NAME\n password = PASSWORD\n domain_name = DOMAIN_NAME\n project_id = PROJECT_ID",
	},
	"a project by its name": {
		block: "auth_url = AUTH_URL\n user_name = USER_NAME\n password = PASSWORD\n domain_name = DOMAIN_NAME\n project_name = PROJECT_NAME",
	},
	"a project by its name in a domain by its id": {
		domain: oddDomain,
		block:  "auth_url = AUTH_URL\n user_name = USER_NAME\n password = PASSWORD\n domain_id = DOMAIN_ID\n project_name = PROJECT_NAME",
	},
	"a project that is named after the region": {
		block: "auth_url = AUTH_URL\n user_name = USER_NAME\n password = PASSWORD\n domain_name = DOMAIN_NAME\n region = PROJECT_NAME",
	},
	"clouds.yaml with a password in secure.yaml": {
		domain: oddDomain,
		block:  `cloud = "mock"`,
		files: map[string]string{
			"clouds.yaml": cloudsYAML("auth_url: AUTH_URL", "username: USER_NAME", "user_domain_name: DOMAIN_NAME",
				"project_name: PROJECT_NAME", "project_domain_name: DOMAIN_NAME"),
			"secure.yaml": cloudsYAML("password: PASSWORD"),
		},
	},
	"clouds.yaml with an application credential": {
		block: `cloud = "mock"`,
		files: map[string]string{
			"clouds.yaml": cloudsYAML("auth_url: AUTH_URL", "application_credential_id: CREDENTIAL_ID",
				"application_credential_secret: CREDENTIAL_SECRET") + "    auth_type: v3applicationcredential\n",
		},
	},
	"clouds.yaml with an application credential by its name": {
		domain: otherDomain,
		block:  `cloud = "mock"`,
		files: map[string]string{
			"clouds.yaml": cloudsYAML("auth_url: AUTH_URL", "username: USER_NAME", "user_domain_name: DOMAIN_NAME",
				"application_credential_name: CREDENTIAL_NAME") + "    auth_type: v3applicationcredential\n",
			"secure.yaml": cloudsYAML("application_credential_secret: CREDENTIAL_SECRET"),
		},
	},
	// Keystone rejects a login with an application credential and a scope, even the scope of its own project.
	"clouds.yaml with an application credential, whose project and region the block names": {
		block: "cloud = \"mock\"\n project_id = PROJECT_ID\n region = PROJECT_NAME",
		files: map[string]string{
			"clouds.yaml": cloudsYAML("auth_url: AUTH_URL", "application_credential_id: CREDENTIAL_ID",
				"application_credential_secret: CREDENTIAL_SECRET") + "    auth_type: v3applicationcredential\n",
		},
	},
	"clouds.yaml with secure.yaml in another folder": {
		block: `cloud = "mock"`,
		files: map[string]string{
			"clouds.yaml": cloudsYAML("auth_url: AUTH_URL", "username: USER_NAME", "user_domain_name: DOMAIN_NAME",
				"project_name: PROJECT_NAME", "project_domain_name: DOMAIN_NAME"),
			"elsewhere/secure.yaml": cloudsYAML("password: PASSWORD"),
		},
	},
	"clouds.yaml with no domain but the user's": {
		domain: otherDomain,
		block:  `cloud = "mock"`,
		files: map[string]string{
			"clouds.yaml": cloudsYAML("auth_url: AUTH_URL", "username: USER_NAME", "user_domain_name: DOMAIN_NAME", "project_name: PROJECT_NAME"),
			"secure.yaml": cloudsYAML("password: PASSWORD"),
		},
	},
	"clouds.yaml with another project than the block, which wins": {
		block: "cloud = \"mock\"\n project_name = PROJECT_NAME",
		files: map[string]string{
			"clouds.yaml": cloudsYAML("auth_url: AUTH_URL", "username: USER_NAME", "password: PASSWORD", "user_domain_name: DOMAIN_NAME",
				"project_name: "+forbiddenProject, "project_domain_name: DOMAIN_NAME"),
		},
	},
	"a user id with a project name and no domain": {
		domain: otherDomain,
		block:  "auth_url = AUTH_URL\n user_id = USER_ID\n password = PASSWORD\n project_name = PROJECT_NAME",
	},
	"a user id with a region and no domain": {
		domain: otherDomain,
		block:  "auth_url = AUTH_URL\n user_id = USER_ID\n password = PASSWORD\n region = PROJECT_NAME",
	},
	"a domain id and a domain name": {
		domain: otherDomain,
		block: "auth_url = AUTH_URL\n user_name = USER_NAME\n password = PASSWORD\n domain_id = DOMAIN_ID\n domain_name = DOMAIN_NAME\n" +
			" project_name = PROJECT_NAME",
	},
	"a token": {
		block: "token = TOKEN\n project_id = PROJECT_ID",
	},
	"a token that tells the project": {
		block: "auth_url = AUTH_URL\n token = TOKEN",
	},
}

// cloudsYAML returns a clouds.yaml or secure.yaml with the given lines in the auth section of the cloud "mock".
func cloudsYAML(auth ...string) string {
	return "clouds:\n  mock:\n    auth:\n      " + strings.Join(auth, "\n      ") + "\n"
}

// With each login, Keystone returns a token for the configured project at the first attempt.
func TestAccKeystoneLogin(t *testing.T) {
	t.Parallel()
	for name, c := range keystoneLogins {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keystone := theRealm(t)
			user := keystone.accounts[cmp.Or(c.domain, defaultDomain)]
			logins := watchLogins(t, keystone)
			mock, image, endpoint := startWithCheck(t, user, keystone.check(t, user))
			token := ""
			if strings.Contains(c.block, "TOKEN") {
				token = keystone.tokenOf(t, user)
			}
			dependencies := acctest.Isolated
			dependencies.Getenv = acctest.EnvironmentOf(writeFilled(t, c.files, user, logins.url))

			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.FactoriesWith(dependencies),
				CheckDestroy:             acctest.NoTagsLeft(mock),
				Steps: []resource.TestStep{{
					Config: fmt.Sprintf("provider \"ims\" {\n endpoint = %q\n %s\n}\n", endpoint, user.fill(c.block, logins.url, token)) +
						acctest.TagBlock("test", image, "k", "v"),
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("project_id"), knownvalue.StringExact(user.projectID)),
					},
					ConfigPlanChecks: resource.ConfigPlanChecks{
						PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
					},
				}},
			})
			expectNoRejection(t, mock, logins)
		})
	}
}

// writeFilled writes files with the values of an account and returns the environment variables with their paths.
func writeFilled(t *testing.T, files map[string]string, user account, authURL string) map[string]string {
	t.Helper()
	variables := map[string]string{"clouds.yaml": "OS_CLIENT_CONFIG_FILE", "secure.yaml": "OS_CLIENT_SECURE_FILE"}
	dir, environment := t.TempDir(), make(map[string]string)
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(user.fill(text, authURL, "")), 0o600); err != nil {
			t.Fatal(err)
		}
		environment[variables[filepath.Base(name)]] = path
	}
	return environment
}

func expectNoRejection(t *testing.T, mock *imstest.Server, logins *loginLog) {
	t.Helper()
	for _, r := range mock.Requests() {
		if r.Status >= http.StatusBadRequest {
			t.Errorf("%s %s returned %d %s", r.Method, r.Path, r.Status, r.Code)
		}
	}
	for _, status := range logins.drain() {
		if status != http.StatusCreated {
			t.Errorf("a login returned %d", status)
		}
	}
}
