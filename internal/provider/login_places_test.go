// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// otherPlaces are regions besides that of the provider, with their projects.
var otherPlaces = map[string]string{
	"mock-2": "11111111111111111111111111111111",
	"mock-3": "22222222222222222222222222222222",
	"mock-4": "33333333333333333333333333333333",
}

// startPlaces starts a mock with these regions, and returns a provider block for all of them. The login is added.
func startPlaces(t *testing.T, login string, options ...imstest.Option) (*imstest.Server, string) {
	t.Helper()
	for region, project := range otherPlaces {
		options = append(options, imstest.WithRegion(region, project))
	}
	mock := imstest.Start(t, options...)
	endpoints := make([]string, 0, len(otherPlaces))
	for region := range otherPlaces {
		endpoints = append(endpoints, fmt.Sprintf("%q = %q", region, mock.RegionURL(region)))
	}
	return mock, fmt.Sprintf(`
provider "ims" {
  region     = %q
  project_id = %q
  endpoint   = %q
  endpoints  = { %s }
  auth_url   = %q
  %s
}
`, imstest.Region, imstest.ProjectID, mock.URL(), strings.Join(endpoints, ", "), iamURL(mock), login)
}

// placeImage is the id of an image that the mock has in a project.
func placeImage(mock *imstest.Server, project string) string {
	id := project[:8] + "-aaaa-4bbb-8ccc-dddddddddddd"
	mock.PutImage(imstest.Image{ID: id, ProjectID: project})
	return id
}

// With wrong credentials, tags in four places make one login in each process, although each place needs one.
func TestAccRejectedLoginIsMadeOnceForAllPlaces(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		login string
		call  imstest.Operation
		error string
	}{
		"a password": {
			fmt.Sprintf("user_name = %q\n password = \"wrong\"\n domain_name = %q", imstest.UserName, imstest.DomainName),
			imstest.CreateToken, "IAM rejected the login",
		},
		"a user ID, whose account is unknown": {
			fmt.Sprintf("user_id = %q\n password = \"wrong\"", imstest.UserID), imstest.CreateToken, "IAM rejected the login",
		},
		"a web identity": {
			fmt.Sprintf("assume_role_with_oidc = { idp_id = %q, id_token = \"forged\" }", imstest.IdentityProvider),
			imstest.WebIdentity, "IAM rejected the web identity",
		},
		"an access key": {
			fmt.Sprintf("access_key = %q\n secret_key = \"wrong\"", imstest.AccessKey), imstest.OwnDomains, "The access key was rejected",
		},
		"an access key whose account is known": {
			fmt.Sprintf("access_key = %q\n secret_key = \"wrong\"\n domain_id = %q", imstest.AccessKey, imstest.DomainID),
			imstest.ListProjects, "The access key was rejected",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, config := startPlaces(t, c.login)
			config += acctest.TagBlock("own", placeImage(mock, imstest.ProjectID), "k", "v")
			for region, project := range otherPlaces {
				config += acctest.TagBlock(region, placeImage(mock, project), "k", "v", fmt.Sprintf("region = %q", region))
			}
			output := acctest.Squeeze(acctest.NewWorkspace(t, mock, config).Fail("Cannot log in to the cloud", "apply", "-auto-approve"))
			if got := strings.Count(output, c.error); got < len(otherPlaces) {
				t.Errorf("%d errors say that the login was rejected, want one for each place:\n%s", got, output)
			}
			acctest.ExpectCalls(t, mock, c.call, 2) // one by the check of the plan, which says nothing, and one by the apply
			if tags := mock.AllTags(); len(tags) > 0 {
				t.Errorf("tags were written: %v", tags)
			}
		})
	}
}

// IAM also rejects a login for a project in which the user has no role. That does not stop the places of other projects, once
// IAM has accepted the credentials.
func TestRejectedProjectDoesNotStopTheOthers(t *testing.T) {
	t.Parallel()
	const allowed, missing = "11111111111111111111111111111111", "22222222222222222222222222222222"
	mock := imstest.Start(t, imstest.WithProject(allowed))
	p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	p.Configure(changed(passwordSettings(mock), map[string]string{"project_id": imstest.ProjectID}))
	for _, project := range []string{imstest.ProjectID, missing, allowed} {
		image := project[:8] + "-aaaa-4bbb-8ccc-dddddddddddd"
		mock.PutImage(imstest.Image{ID: image, ProjectID: allowed})
		if project == imstest.ProjectID {
			image = mock.AddImage("golden")
		}
		mock.SetTag(image, "k", "v")
		diagnostics := p.Read(p.Value(p.Resource, map[string]string{
			"id": project + "/" + image + "/k", "project_id": project, "image_id": image, "key": "k", "value": "v",
		})).Diagnostics
		if rejected := len(diagnostics) > 0; rejected != (project == missing) {
			t.Errorf("the project %s: %q", project, acctest.Details(diagnostics))
		}
	}
	acctest.ExpectCalls(t, mock, imstest.CreateToken, 3)
}

// A passcode works once, so that a login with it is valid for one project. The error says so, and the passcode is not sent a
// second time.
func TestAccPasscodeIsSentOnce(t *testing.T) {
	t.Parallel()
	mock, config := startPlaces(t, fmt.Sprintf("user_id = %q\n password = %q\n passcode = %q\n domain_id = %q",
		imstest.UserID, imstest.Password, imstest.Passcode, imstest.DomainID), imstest.WithSecondFactor())
	own := placeImage(mock, imstest.ProjectID)
	config += acctest.TagBlock("own", own, "k", "v") +
		acctest.TagBlock("region", placeImage(mock, otherPlaces["mock-2"]), "k", "v", `region = "mock-2"`, "depends_on = [ims_image_tag.own]")
	output := acctest.Squeeze(acctest.NewWorkspace(t, mock, config).Fail("Cannot use region mock-2", "apply", "-auto-approve"))
	if want := "a user name and password without a passcode"; !strings.Contains(output, want) {
		t.Errorf("the error does not say %q:\n%s", want, output)
	}
	acctest.ExpectTags(t, mock, own, map[string]string{"k": "v"})
	acctest.ExpectCalls(t, mock, imstest.CreateToken, 1)
}
