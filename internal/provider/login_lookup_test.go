// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// A project that is not configured comes from the token or a lookup in IAM, an endpoint from the service catalog.
func TestAccLoginFindsProjectAndEndpoint(t *testing.T) {
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
		"from the token of a user by id, after a first login for the account": {
			block: lines("auth_url = %q\n user_id = %q\n password = %q", "IAM", imstest.UserID, imstest.Password), config: fmt.Sprintf("region = %q", imstest.Region),
			calls: []imstest.Operation{imstest.CreateToken},
		},
		"from the token of a user with both names and ids": {
			block:  lines("auth_url = %q\n user_id = %q\n user_name = \"x\"\n password = %q\n domain_id = %q\n domain_name = \"x\"", "IAM", imstest.UserID, imstest.Password, imstest.DomainID),
			config: fmt.Sprintf("region = %q", imstest.Region),
			calls:  []imstest.Operation{imstest.CreateToken},
		},
		"from the catalog, requested with an access key": {
			block:  lines("auth_url = %q\n access_key = %q\n secret_key = %q", "IAM", imstest.AccessKey, imstest.SecretKey),
			config: fmt.Sprintf("region = %q\n project_id = %q", imstest.Region, imstest.ProjectID),
			calls:  []imstest.Operation{imstest.Catalog},
		},
		"from the catalog, requested with a token": {
			block:  lines("auth_url = %q\n token = %q", "IAM", imstest.Token),
			config: fmt.Sprintf("region = %q\n project_id = %q", imstest.Region, imstest.ProjectID),
			calls:  []imstest.Operation{imstest.Catalog},
		},
		"from the token, by the project's name": {
			options: []imstest.Option{imstest.WithNamedProject("mock-1_golden", imstest.ProjectID)},
			block:   password, config: fmt.Sprintf("region = %q\n project_name = %q", imstest.Region, "mock-1_golden"),
			calls: []imstest.Operation{imstest.CreateToken},
		},
		"from a configured token": {
			block: lines("endpoint = %q\n auth_url = %q\n token = %q", "URL", "IAM", imstest.Token),
			calls: []imstest.Operation{imstest.ShowToken},
		},
		"from IAM, by the region": {
			block: keys, config: fmt.Sprintf("region = %q", imstest.Region), calls: []imstest.Operation{imstest.ListProjects, imstest.OwnDomains},
		},
		"from IAM, for a user who may only list their own projects": {
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

// The project of an agency is looked up in the account of the agency.
func TestProjectsOfAnAgency(t *testing.T) {
	t.Parallel()
	agency := map[string]string{"OS_AGENCY_NAME": imstest.AgencyName, "OS_AGENCY_DOMAIN_NAME": imstest.OtherDomainName}
	cases := map[string]map[string]string{
		"named after the region":   {},
		"by OS_DELEGATED_PROJECT":  {"OS_DELEGATED_PROJECT": imstest.Region, "OS_PROJECT_NAME": "own"},
		"by the account's own id":  {"HW_ASSUME_ROLE_DOMAIN_ID": imstest.OtherDomainID},
		"by OS_PROJECT_NAME alone": {"OS_PROJECT_NAME": imstest.Region},
	}
	for name, more := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			image := addImageTo(mock, imstest.OtherProjectID)
			mock.SetTag(image, "k", "v")
			dependencies := acctest.Isolated
			dependencies.Getenv = acctest.EnvironmentOf(changed(changed(map[string]string{}, agency), more))
			p := acctest.NewUnconfiguredServer(t, dependencies)
			p.Configure(passwordSettings(mock))
			imported := p.ImportState(image+"/k", nil)
			p.NoErrors(imported.Diagnostics)
			if got := p.Strings(p.Resource, imported.ImportedResources[0].State)["project_id"]; got != imstest.OtherProjectID {
				t.Errorf("the project is %q", got)
			}
			for _, r := range mock.Requests(imstest.ListProjects) {
				if got := r.Header.Get("X-Domain-Id"); got != imstest.OtherDomainID {
					t.Errorf("the projects of the account %q were listed", got)
				}
			}
		})
	}
}

// The error of a lookup that IAM rejects says what the lookup was for, who made it, and how to do without it. It does not blame
// credentials that IAM has accepted.
func TestRejectedLookups(t *testing.T) {
	t.Parallel()
	keys := map[string]string{
		"user_name": "", "password": "", "domain_name": "", "access_key": imstest.AccessKey, "secret_key": imstest.SecretKey,
	}
	withoutEndpoint := maps.Clone(keys)
	withoutEndpoint["endpoint"], withoutEndpoint["project_id"] = "", imstest.ProjectID
	agency := map[string]string{"HW_ASSUME_ROLE_AGENCY_NAME": imstest.AgencyName, "HW_ASSUME_ROLE_DOMAIN_ID": imstest.OtherDomainID}
	namedAgency := map[string]string{"HW_ASSUME_ROLE_AGENCY_NAME": imstest.AgencyName, "HW_ASSUME_ROLE_DOMAIN_NAME": imstest.OtherDomainName}
	projects := []imstest.Operation{imstest.ListProjects, imstest.OwnProjects}
	cases := map[string]struct {
		settings    map[string]string
		environment map[string]string
		lookups     []imstest.Operation
		status      int
		want        []string
	}{
		"the projects, without the permission": {
			settings: keys, lookups: projects, status: http.StatusForbidden,
			want: []string{
				"Cannot look up the project", "Set project_id to", "grant the user the permission iam:projects:listProjects",
				"with access key (access_key from the provider block",
			},
		},
		"the projects, with a request that IAM does not take": {
			settings: keys, lookups: projects, status: http.StatusBadRequest,
			want: []string{"Cannot look up the project", "Set project_id"},
		},
		"the projects, with refused credentials": {
			settings: keys, lookups: projects, status: http.StatusUnauthorized,
			want: []string{"Cannot log in to the cloud", "The access key was rejected", "access_key from the provider block"},
		},
		"the projects of an agency, without the permission": {
			environment: agency, lookups: projects, status: http.StatusForbidden,
			want: []string{
				"Cannot look up the project", "Set project_id", "grant the agency the permission iam:projects:listProjects",
				"with assumed role (agency " + imstest.AgencyName + " from HW_ASSUME_ROLE_AGENCY_NAME",
			},
		},
		"the projects of an agency, with refused keys": {
			environment: agency, lookups: projects, status: http.StatusUnauthorized,
			want: []string{"Cannot log in to the cloud", "temporary keys of the agency", "clock of this machine", "with assumed role (agency "},
		},
		"the service catalog, without the permission": {
			settings: withoutEndpoint, lookups: []imstest.Operation{imstest.Catalog}, status: http.StatusForbidden,
			want: []string{"Cannot look up the endpoint", "Set endpoint", "the right to read the service catalog"},
		},
		"the account of an access key": {
			settings: keys, lookups: []imstest.Operation{imstest.OwnDomains}, status: http.StatusForbidden,
			want: []string{"Cannot look up the account", "Set domain_id to", "with access key (access_key from the provider block"},
		},
		"the account of an access key that assumes an agency": {
			settings: keys, environment: agency, lookups: []imstest.Operation{imstest.OwnDomains}, status: http.StatusForbidden,
			want: []string{"Cannot look up the account", "Set domain_id to", "with access key (access_key from the provider block"},
		},
		"the account of an agency": {
			environment: namedAgency, lookups: []imstest.Operation{imstest.OwnDomains}, status: http.StatusForbidden,
			want: []string{"Cannot look up the account", "Set domain_id of assume_role to", "with assumed role (agency "},
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			for _, lookup := range c.lookups {
				rejected := imstest.Answer{Status: c.status, Body: `{"error":{"code":1,"message":"not you"}}`}
				mock.Force(lookup, rejected, rejected) // twice: after a 401, the agency is assumed again
			}
			detail := configureFails(t, c.environment, changed(passwordSettings(mock), c.settings))
			for _, want := range append(c.want, "not you") {
				if !strings.Contains(detail, want) {
					t.Errorf("the error does not say %q:\n%s", want, detail)
				}
			}
			if c.status != http.StatusUnauthorized && strings.Contains(detail, "clock") {
				t.Errorf("the error blames the credentials:\n%s", detail)
			}
		})
	}
}
