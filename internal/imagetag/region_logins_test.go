// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const accessKeyBlock = "access_key = %q\n secret_key = %q\n domain_id = %q"

// regionLogins are the logins that several regions and projects can use, and the calls of IAM and the metadata service that
// log in. An apply plans and writes in two processes.
var regionLogins = map[string]struct {
	block string
	calls map[imstest.Operation]int
}{
	"an access key": {fmt.Sprintf(accessKeyBlock, imstest.AccessKey, imstest.SecretKey, imstest.DomainID), nil},
	"a password": {
		fmt.Sprintf("user_name = %q\n password = %q\n domain_name = %q", imstest.UserName, imstest.Password, imstest.DomainName),
		aTokenForEachScope(imstest.CreateToken),
	},
	"a web identity": {
		fmt.Sprintf("assume_role_with_oidc = { idp_id = %q, id_token = %q }", imstest.IdentityProvider, imstest.IDToken),
		aTokenForEachScope(imstest.WebIdentity),
	},
	"clouds.yaml": {`cloud = "mock"`, aTokenForEachScope(imstest.CreateToken)},
	"an agency": {
		fmt.Sprintf(accessKeyBlock+"\n assume_role = { agency_name = %q, domain_name = %q }",
			imstest.AccessKey, imstest.SecretKey, imstest.DomainID, imstest.AgencyName, imstest.DomainName),
		map[imstest.Operation]int{imstest.AssumeRole: 2, imstest.OwnDomains: 2},
	},
	"a KooCLI profile": {`shared_config_file = "config.json"`, map[imstest.Operation]int{imstest.OwnDomains: 2}},
	"the agency of a cloud server": {
		"use_metadata = true", map[imstest.Operation]int{imstest.MetadataToken: 2, imstest.SecurityKey: 2, imstest.OwnDomains: 2},
	},
}

// aTokenForEachScope are the calls of a login that is valid for one project: an apply reads in four scopes to check
// the plan, and writes in four.
func aTokenForEachScope(call imstest.Operation) map[imstest.Operation]int {
	return map[imstest.Operation]int{call: 4 + 4}
}

// newLoginWorkspace returns a folder with the files of the logins that read one, and the address of the metadata service.
func newLoginWorkspace(t *testing.T, mock *imstest.Server, config string) *acctest.Workspace {
	t.Helper()
	w := acctest.NewWorkspace(t, mock, config)
	w.Write("clouds.yaml", fmt.Sprintf("clouds:\n  mock:\n    auth: {auth_url: %q, username: %q, password: %q, user_domain_name: %q}\n",
		mock.URL()+"/v3", imstest.UserName, imstest.Password, imstest.DomainName))
	w.Write("config.json", fmt.Sprintf(`{"current":"mock","profiles":[{"name":"mock","mode":"AKSK","accessKeyId":%q,"secretAccessKey":%q}]}`,
		imstest.AccessKey, imstest.SecretKey))
	w.Env = append(w.Env, "IMS_METADATA_ENDPOINT="+mock.URL())
	return w
}

// expectLogins fails the test when the mock has seen other calls that log in than these.
func expectLogins(t *testing.T, mock *imstest.Server, want map[imstest.Operation]int) {
	t.Helper()
	for _, call := range []imstest.Operation{
		imstest.CreateToken, imstest.WebIdentity, imstest.AssumeRole, imstest.MetadataToken, imstest.SecurityKey, imstest.OwnDomains,
	} {
		acctest.ExpectCalls(t, mock, call, want[call])
	}
}

// One provider block tags images in three regions and four projects, with each login that can.
func TestAccTagsInSeveralRegions(t *testing.T) {
	t.Parallel()
	for name, login := range regionLogins {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := startRegions(t)
			own, second := regionImage(mock, imstest.ProjectID, 1), regionImage(mock, secondProject, 2)
			third, other := regionImage(mock, thirdProject, 3), regionImage(mock, otherOfSecond, 4)
			config := regionsBlock(mock, login.block) + fmt.Sprintf(`
locals {
  images = { %q = %q, %q = %q, %q = %q }
}
resource "ims_image_tag" "stage" {
  for_each = local.images
  region   = each.key
  image_id = each.value
  key      = "stage"
  value    = "production"
}
`, imstest.Region, own, secondRegion, second, thirdRegion, third) +
				acctest.TagBlock("other", other, "stage", "production", fmt.Sprintf("region = %q\n project_id = %q", secondRegion, otherOfSecond))
			w := newLoginWorkspace(t, mock, config)
			w.Run("apply", "-auto-approve")
			for _, image := range []string{own, second, third, other} {
				acctest.ExpectTags(t, mock, image, map[string]string{"stage": "production"})
			}
			for region, want := range map[string]int{imstest.Region: 1, secondRegion: 2, thirdRegion: 1} {
				if got := mock.CountIn(region, imstest.WriteTag); got != want {
					t.Errorf("%d writes in region %s, want %d", got, region, want)
				}
			}
			expectLogins(t, mock, login.calls)
			w.Run("plan", "-detailed-exitcode")

			mock.ResetLog()
			w.Run("plan", "-detailed-exitcode", "-target=ims_image_tag.stage[\""+thirdRegion+"\"]")
			if got := mock.CountIn(secondRegion); got != 0 {
				t.Errorf("%d calls in a region that is not used", got)
			}
			w.Run("destroy", "-auto-approve")
			if left := mock.AllTags(); len(left) > 0 {
				t.Errorf("left: %v", left)
			}
		})
	}
}

// The project of a region is logged in to once, whether a tag names its id or the region alone, and in either order.
func TestAccOneLoginForAProjectByItsIDAndByItsRegion(t *testing.T) {
	t.Parallel()
	byID, byRegion := fmt.Sprintf("region = %q\n project_id = %q", secondRegion, secondProject), fmt.Sprintf("region = %q", secondRegion)
	orders := map[string][2]string{
		"the id first":     {byID, byRegion + "\n depends_on = [ims_image_tag.first]"},
		"the region first": {byRegion, byID + "\n depends_on = [ims_image_tag.first]"},
		"at the same time": {byID, byRegion},
	}
	for _, login := range []string{"a password", "a web identity", "clouds.yaml"} {
		for order, places := range orders {
			t.Run(login+", "+order, func(t *testing.T) {
				t.Parallel()
				mock := startRegions(t)
				image := regionImage(mock, secondProject, 2)
				w := newLoginWorkspace(t, mock, regionsBlock(mock, regionLogins[login].block)+
					acctest.TagBlock("first", image, "first", "v", places[0])+acctest.TagBlock("second", image, "second", "v", places[1]))
				w.Run("apply", "-auto-approve")
				acctest.ExpectTags(t, mock, image, map[string]string{"first": "v", "second": "v"})
				const scopes = 2 // of the provider and of the region, in the plan and in the apply
				if got := mock.Count(imstest.CreateToken, imstest.WebIdentity); got != scopes*2 {
					t.Errorf("%d tokens were issued, want %d", got, scopes*2)
				}
			})
		}
	}
}
