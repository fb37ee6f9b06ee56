package provider_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// wayIn is a way to log in: lines of the provider block, or variables of the environment, for a mock in a folder.
type wayIn struct {
	config      func(mock *imstest.Server, dir string) string
	environment func(mock *imstest.Server, dir string) map[string]string
	header      string              // sent with each call of the service
	calls       []imstest.Operation // of IAM, in a walk
}

func iamURL(mock *imstest.Server) string { return mock.URL() + "/v3" }

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

// waysIn are all there are, from the configuration and from the environment.
var waysIn = map[string]wayIn{
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
		calls:  []imstest.Operation{imstest.AssumeRole},
	},
	"role over user and password": {
		config: lines("auth_url = %q\n user_name = %q\n password = %q\n domain_name = %q\n "+agencyBlock,
			"IAM", imstest.UserName, imstest.Password, imstest.DomainName, imstest.AgencyName, imstest.DomainName),
		header: "X-Security-Token",
		calls:  []imstest.Operation{imstest.CreateToken, imstest.AssumeRole},
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

// writeLoginFiles puts the files of the command line tools into a folder.
func writeLoginFiles(t *testing.T, mock *imstest.Server) (dir string) {
	t.Helper()
	dir = t.TempDir()
	files := map[string]string{
		"clouds.yaml": fmt.Sprintf("clouds:\n  mock:\n    region_name: %s\n    auth:\n      auth_url: %s\n      username: %s\n      user_domain_name: %s\n",
			imstest.Region, iamURL(mock), imstest.UserName, imstest.DomainName),
		"secure.yaml": fmt.Sprintf("clouds:\n  mock:\n    auth:\n      password: %s\n", imstest.Password),
		"config.json": fmt.Sprintf(`{"current":"mock","profiles":[{"name":"other","mode":"SSO"},
			{"name":"mock","mode":"AKSK","accessKeyId":%q,"secretAccessKey":%q,"region":%q}]}`,
			imstest.AccessKey, imstest.SecretKey, imstest.Region),
		"id-token": imstest.IDToken + "\n",
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// Each way in ends in calls that the mock accepts, and costs the calls of IAM that it says and no others.
func TestAccLogin(t *testing.T) {
	t.Parallel()
	for name, way := range waysIn {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := startWithImage(t)
			dir := writeLoginFiles(t, mock)
			dependencies := isolated
			variables := map[string]string{"IMS_METADATA_ENDPOINT": mock.URL()}
			if way.environment != nil {
				maps.Copy(variables, way.environment(mock, dir))
			}
			dependencies.Getenv = environmentOf(variables)
			extra := ""
			if way.config != nil {
				extra = way.config(mock, dir)
			}
			config := fmt.Sprintf("provider \"ims\" {\n endpoint = %q\n project_id = %q\n %s\n}\n", mock.URL(), imstest.ProjectID, extra)
			// Keys with odd characters, so that the paths and bodies that are signed are not only plain ones.
			config += tagBlock("test", image, "clé / {project_id}", "v <&>") + tagBlock("plain", image, "plain", "v")

			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factoriesWith(dependencies),
				CheckDestroy:             noTagsLeft(mock),
				Steps: []resource.TestStep{{
					Config: config,
					ConfigPlanChecks: resource.ConfigPlanChecks{
						PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
					},
				}},
			})
			expectLogin(t, mock, way)
		})
	}
}

func expectLogin(t *testing.T, mock *imstest.Server, way wayIn) {
	t.Helper()
	seen := make(map[imstest.Operation]bool)
	for _, r := range mock.Requests() {
		if r.Status >= 400 {
			t.Errorf("%s %s was answered %d %s", r.Method, r.Path, r.Status, r.Code)
		}
		if r.ProjectID == "" {
			seen[r.Operation] = true
			continue
		}
		if r.Header.Get(way.header) == "" {
			t.Errorf("%s %s was sent without %s", r.Method, r.Path, way.header)
		}
	}
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, slices.Sorted(slices.Values(way.calls))) {
		t.Errorf("IAM was called for %v, want %v", got, way.calls)
	}
}

// What the configuration does not say is learnt: the project from the token or from IAM, the endpoint from the catalog.
func TestAccLoginLearnsProjectAndEndpoint(t *testing.T) {
	t.Parallel()
	password := lines("auth_url = %q\n user_name = %q\n password = %q\n domain_name = %q", "IAM", imstest.UserName, imstest.Password, imstest.DomainName)
	keys := lines("endpoint = %q\n auth_url = %q\n access_key = %q\n secret_key = %q", "URL", "IAM", imstest.AccessKey, imstest.SecretKey)
	cases := map[string]struct {
		options []imstest.Option
		config  string
		block   func(*imstest.Server, string) string
		calls   []imstest.Operation
	}{
		"from the token, by the region": {
			block: password, config: fmt.Sprintf("region = %q", imstest.Region), calls: []imstest.Operation{imstest.CreateToken},
		},
		"from the token, by the project's name": {
			options: []imstest.Option{imstest.WithNamedProject("mock-1_golden", imstest.ProjectID)},
			block:   password, config: fmt.Sprintf("region = %q\n project_name = %q", imstest.Region, "mock-1_golden"),
			calls: []imstest.Operation{imstest.CreateToken},
		},
		"from a token that somebody else logged in for": {
			block: lines("endpoint = %q\n auth_url = %q\n token = %q", "URL", "IAM", imstest.Token),
			calls: []imstest.Operation{imstest.ShowToken},
		},
		"from IAM, by the region": {
			block: keys, config: fmt.Sprintf("region = %q", imstest.Region), calls: []imstest.Operation{imstest.ListProjects},
		},
		"from IAM, for a user who may list only the own ones": {
			options: []imstest.Option{imstest.WithOwnProjectsOnly()},
			block:   keys, config: fmt.Sprintf("project_name = %q", imstest.Region),
			calls: []imstest.Operation{imstest.ListProjects, imstest.OwnProjects},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t, c.options...)
			mock.SetCatalog("imsv2", imstest.Region, mock.URL()+"/v2/"+imstest.ProjectID)
			image := mock.AddImage("golden")
			config := fmt.Sprintf("provider \"ims\" {\n %s\n %s\n}\n", c.config, c.block(mock, "")) + tagBlock("test", image, "k", "v")
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories(),
				CheckDestroy:             noTagsLeft(mock),
				Steps: []resource.TestStep{{
					Config: config,
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue(addr, tfjsonpath.New("project_id"), knownvalue.StringExact(imstest.ProjectID)),
					},
				}},
			})
			seen := make(map[imstest.Operation]bool)
			for _, r := range mock.Requests() {
				if r.ProjectID == "" {
					seen[r.Operation] = true
				}
			}
			if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, slices.Sorted(slices.Values(c.calls))) {
				t.Errorf("IAM was called for %v, want %v", got, c.calls)
			}
		})
	}
}
