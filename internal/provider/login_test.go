package provider_test

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
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

// wayIn is a way to log in: lines of the provider block, or variables of the environment, for a mock in a folder.
type wayIn struct {
	config      func(mock *imstest.Server, dir string) string
	environment func(mock *imstest.Server, dir string) map[string]string
	project     string              // that the image is in; empty: ProjectID
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
		calls:  []imstest.Operation{imstest.AssumeRole, imstest.OwnDomains},
	},
	"role over user and password": {
		config: lines("auth_url = %q\n user_name = %q\n password = %q\n domain_name = %q\n "+agencyBlock,
			"IAM", imstest.UserName, imstest.Password, imstest.DomainName, imstest.AgencyName, imstest.DomainName),
		header: "X-Security-Token",
		calls:  []imstest.Operation{imstest.CreateToken, imstest.AssumeRole},
	},
	"role over an access key whose account is known": {
		config: lines("auth_url = %q\n access_key = %q\n secret_key = %q\n domain_id = %q\n "+agencyBlock,
			"IAM", imstest.AccessKey, imstest.SecretKey, imstest.DomainID, imstest.AgencyName, imstest.DomainName),
		header: "X-Security-Token",
		calls:  []imstest.Operation{imstest.AssumeRole},
	},
	"role in another account over a token": {
		config:  lines("auth_url = %q\n token = %q\n "+agencyBlock, "IAM", imstest.Token, imstest.AgencyName, imstest.OtherDomainName),
		project: imstest.OtherProjectID,
		header:  "X-Security-Token",
		calls:   []imstest.Operation{imstest.AssumeRole},
	},
	"role in another account over user and password: the own login is not for that account's project": {
		config: lines("auth_url = %q\n user_name = %q\n password = %q\n domain_name = %q\n "+agencyBlock,
			"IAM", imstest.UserName, imstest.Password, imstest.DomainName, imstest.AgencyName, imstest.OtherDomainName),
		project: imstest.OtherProjectID,
		header:  "X-Security-Token",
		calls:   []imstest.Operation{imstest.CreateToken, imstest.AssumeRole},
	},
	"role in another account over a user by id": {
		config: lines("auth_url = %q\n user_id = %q\n password = %q\n "+agencyBlock,
			"IAM", imstest.UserID, imstest.Password, imstest.AgencyName, imstest.OtherDomainName),
		project: imstest.OtherProjectID,
		header:  "X-Security-Token",
		calls:   []imstest.Operation{imstest.CreateToken, imstest.AssumeRole},
	},
	"role in another account over clouds.yaml": {
		config:      lines("cloud = %q\n "+agencyBlock, "mock", imstest.AgencyName, imstest.OtherDomainName),
		environment: env("OS_CLIENT_CONFIG_FILE", "DIR/clouds.yaml"),
		project:     imstest.OtherProjectID,
		header:      "X-Security-Token",
		calls:       []imstest.Operation{imstest.CreateToken, imstest.AssumeRole},
	},
	"role in another account over the metadata": {
		config:  lines("auth_url = %q\n use_metadata = true\n "+agencyBlock, "IAM", imstest.AgencyName, imstest.OtherDomainName),
		project: imstest.OtherProjectID,
		header:  "X-Security-Token",
		calls:   []imstest.Operation{imstest.MetadataToken, imstest.SecurityKey, imstest.OwnDomains, imstest.AssumeRole},
	},
	"role in another account over a web identity": {
		config: lines("auth_url = %q\n assume_role_with_oidc = { idp_id = %q, id_token = %q }\n "+agencyBlock,
			"IAM", imstest.IdentityProvider, imstest.IDToken, imstest.AgencyName, imstest.OtherDomainName),
		project: imstest.OtherProjectID,
		header:  "X-Security-Token",
		calls:   []imstest.Operation{imstest.WebIdentity, imstest.AssumeRole},
	},
	"agency of Open Telekom Cloud's environment": {
		environment: env("OS_AUTH_URL", "IAM", "OS_USERNAME", imstest.UserName, "OS_PASSWORD", imstest.Password,
			"OS_USER_DOMAIN_NAME", imstest.DomainName, "OS_AGENCY_NAME", imstest.AgencyName, "OS_AGENCY_DOMAIN_NAME", imstest.OtherDomainName),
		project: imstest.OtherProjectID,
		header:  "X-Security-Token",
		calls:   []imstest.Operation{imstest.CreateToken, imstest.AssumeRole},
	},
	"agency of a profile": {
		config:  lines("auth_url = %q\n shared_config_file = %q\n profile = %q", "IAM", "DIR/config.json", "agency"),
		project: imstest.OtherProjectID,
		header:  "X-Security-Token",
		calls:   []imstest.Operation{imstest.OwnDomains, imstest.AssumeRole},
	},
	"trust agency over an access key, of the environment": {
		environment: env("HW_ACCESS_KEY", imstest.AccessKey, "HW_SECRET_KEY", imstest.SecretKey,
			"HW_ASSUME_ROLE_AGENCY_URN", imstest.TrustAgencyURN, "IMS_STS_ENDPOINT", "URL"),
		project: imstest.OtherProjectID,
		header:  "X-Security-Token",
		calls:   []imstest.Operation{imstest.AssumeAgency},
	},
	"trust agency over user and password": {
		config: lines("auth_url = %q\n user_name = %q\n password = %q\n domain_name = %q\n assume_role = { agency_urn = %q }",
			"IAM", imstest.UserName, imstest.Password, imstest.DomainName, imstest.TrustAgencyURN),
		environment: env("IMS_STS_ENDPOINT", "URL"),
		project:     imstest.OtherProjectID,
		header:      "X-Security-Token",
		calls:       []imstest.Operation{imstest.CreateToken, imstest.AssumeAgency},
	},
	"access key of clouds.yaml": {
		environment: env("OS_CLOUD", "keys", "OS_CLIENT_CONFIG_FILE", "DIR/clouds.yaml"),
		header:      "Authorization",
	},
	"application credential of clouds.yaml": {
		environment: env("OS_CLOUD", "application", "OS_CLIENT_CONFIG_FILE", "DIR/clouds.yaml"),
		header:      "X-Auth-Token",
		calls:       []imstest.Operation{imstest.CreateToken},
	},
	"SSO profile of the environment": {
		environment: env("HW_SHARED_CONFIG_FILE", "DIR/config.json", "HW_PROFILE", "sso"),
		header:      "X-Security-Token",
	},
	"agency of a profile of the environment": {
		environment: env("OS_AUTH_URL", "IAM", "HW_SHARED_CONFIG_FILE", "DIR/config.json", "HW_PROFILE", "agency"),
		project:     imstest.OtherProjectID,
		header:      "X-Security-Token",
		calls:       []imstest.Operation{imstest.OwnDomains, imstest.AssumeRole},
	},
	"SSO profile": {
		config: lines("shared_config_file = %q\n profile = %q", "DIR/config.json", "sso"),
		header: "X-Security-Token",
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
		"clouds.yaml": fmt.Sprintf(`clouds:
  mock: {region_name: %[1]s, auth: {auth_url: %[2]q, username: %[3]s, user_domain_name: %[4]s}}
  keys: {region_name: %[1]s, auth: {auth_url: %[2]q, ak: %[5]s}}
  application: {region_name: %[1]s, auth: {auth_url: %[2]q, application_credential_id: %[6]s}}
`, imstest.Region, iamURL(mock), imstest.UserName, imstest.DomainName, imstest.AccessKey, imstest.ApplicationCredentialID),
		"secure.yaml": fmt.Sprintf(`clouds:
  mock: {auth: {password: %s}}
  keys: {auth: {sk: %s}}
  application: {auth: {application_credential_secret: %s}}
`, imstest.Password, imstest.SecretKey, imstest.ApplicationCredentialSecret),
		"config.json": fmt.Sprintf(`{"current":"mock","profiles":[{"name":"other","mode":"SSO"},
			{"name":"mock","mode":"AKSK","accessKeyId":%[1]q,"secretAccessKey":%[2]q,"region":%[3]q},
			{"name":"agency","mode":"AKSK","accessKeyId":%[1]q,"secretAccessKey":%[2]q,"region":%[3]q,"agencyName":%[4]q,"agencyDomainName":%[5]q},
			{"name":"sso","mode":"SSO","region":%[3]q,"ssoAuth":{"stsToken":{"accessKeyId":%[6]q,"secretAccessKey":%[7]q,"securityToken":%[8]q}}}]}`,
			imstest.AccessKey, imstest.SecretKey, imstest.Region, imstest.AgencyName, imstest.OtherDomainName,
			imstest.TempAccessKey, imstest.TempSecretKey, imstest.TempSecurityToken),
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
			mock := imstest.Start(t)
			project := cmp.Or(way.project, imstest.ProjectID)
			image := addImageTo(mock, project)
			dir := writeLoginFiles(t, mock)
			dependencies := acctest.Isolated
			variables := map[string]string{"IMS_METADATA_ENDPOINT": mock.URL()}
			if way.environment != nil {
				maps.Copy(variables, way.environment(mock, dir))
			}
			dependencies.Getenv = acctest.EnvironmentOf(variables)
			extra := ""
			if way.config != nil {
				extra = way.config(mock, dir)
			}
			config := fmt.Sprintf("provider \"ims\" {\n endpoint = %q\n project_id = %q\n %s\n}\n", mock.URL(), project, extra)
			// Keys with odd characters, so that the paths and bodies that are signed are not only plain ones.
			config += acctest.TagBlock("test", image, "clé / {project_id}", "v <&>") + acctest.TagBlock("plain", image, "plain", "v")

			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.FactoriesWith(dependencies),
				CheckDestroy:             acctest.NoTagsLeft(mock),
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

// addImageTo adds an image of a project.
func addImageTo(mock *imstest.Server, project string) string {
	const id = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
	mock.PutImage(imstest.Image{ID: id, ProjectID: project, Name: "golden"})
	return id
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
		"from the token of a user by id, whose account a first login tells": {
			block: lines("auth_url = %q\n user_id = %q\n password = %q", "IAM", imstest.UserID, imstest.Password), config: fmt.Sprintf("region = %q", imstest.Region),
			calls: []imstest.Operation{imstest.CreateToken},
		},
		"from the token of a user with both names and ids": {
			block:  lines("auth_url = %q\n user_id = %q\n user_name = \"x\"\n password = %q\n domain_id = %q\n domain_name = \"x\"", "IAM", imstest.UserID, imstest.Password, imstest.DomainID),
			config: fmt.Sprintf("region = %q", imstest.Region),
			calls:  []imstest.Operation{imstest.CreateToken},
		},
		"from the catalog that is asked with keys": {
			block:  lines("auth_url = %q\n access_key = %q\n secret_key = %q", "IAM", imstest.AccessKey, imstest.SecretKey),
			config: fmt.Sprintf("region = %q\n project_id = %q", imstest.Region, imstest.ProjectID),
			calls:  []imstest.Operation{imstest.Catalog},
		},
		"from the catalog that is asked with a token": {
			block:  lines("auth_url = %q\n token = %q", "IAM", imstest.Token),
			config: fmt.Sprintf("region = %q\n project_id = %q", imstest.Region, imstest.ProjectID),
			calls:  []imstest.Operation{imstest.Catalog},
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
			block: keys, config: fmt.Sprintf("region = %q", imstest.Region), calls: []imstest.Operation{imstest.ListProjects, imstest.OwnDomains},
		},
		"from IAM, for a user who may list only the own ones": {
			options: []imstest.Option{imstest.WithOwnProjectsOnly()},
			block:   keys, config: fmt.Sprintf("project_name = %q", imstest.Region),
			calls: []imstest.Operation{imstest.ListProjects, imstest.OwnDomains, imstest.OwnProjects},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t, c.options...)
			mock.SetCatalog("imsv2", imstest.Region, mock.URL()+"/v2/"+imstest.ProjectID)
			image := mock.AddImage("golden")
			config := fmt.Sprintf("provider \"ims\" {\n %s\n %s\n}\n", c.config, c.block(mock, "")) + acctest.TagBlock("test", image, "k", "v")
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				CheckDestroy:             acctest.NoTagsLeft(mock),
				Steps: []resource.TestStep{{
					Config: config,
					ConfigStateChecks: []statecheck.StateCheck{
						statecheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("project_id"), knownvalue.StringExact(imstest.ProjectID)),
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
