// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// boundLogins are the logins that are valid for one project of one region, with the call that says which one, if any.
var boundLogins = map[string]struct {
	block string
	call  imstest.Operation
}{
	"a token":                          {fmt.Sprintf("token = %q\n project_id = %q", imstest.Token, imstest.ProjectID), ""},
	"a token whose project is unknown": {fmt.Sprintf("token = %q", imstest.Token), imstest.ShowToken},
	"an application credential":        {`cloud = "application"`, imstest.CreateToken},
}

// A login that is valid for one project is an error in another one, or in another region. It says which logins can, and
// nothing is sent to the image service.
func TestAccALoginForOneProjectInAnotherPlace(t *testing.T) {
	t.Parallel()
	places := map[string]struct{ attributes, summary, advice string }{
		"another region": {
			fmt.Sprintf("region = %q", secondRegion), "Cannot use region " + secondRegion,
			"To use the region " + secondRegion + ", log in with an access key, a user name and password, a web identity",
		},
		"another project of another region": {
			fmt.Sprintf("region = %q\n project_id = %q", secondRegion, otherOfSecond), "Cannot use region " + secondRegion,
			"log in with an access key, a user name and password, a web identity",
		},
		"another project": {
			fmt.Sprintf("project_id = %q", acctest.OtherProject), "Cannot use project " + acctest.OtherProject,
			"To use the project " + acctest.OtherProject + ", log in with an access key, a user name and password, a web identity",
		},
	}
	for login, bound := range boundLogins {
		for place, other := range places {
			t.Run(login+", "+place, func(t *testing.T) {
				t.Parallel()
				mock := startRegions(t)
				own, elsewhere := regionImage(mock, imstest.ProjectID, 1), regionImage(mock, acctest.OtherProject, 2)
				w := acctest.NewWorkspace(t, mock, regionsBlock(mock, bound.block)+
					acctest.TagBlock("own", own, "stage", "production", fmt.Sprintf("project_id = %q", strings.ToUpper(imstest.ProjectID)))+
					acctest.TagBlock("other", elsewhere, "stage", "production", other.attributes))
				w.Write("clouds.yaml", fmt.Sprintf("clouds:\n  application:\n    auth: {auth_url: %q, application_credential_id: %s, "+
					"application_credential_secret: %s}\n", mock.URL()+"/v3", imstest.ApplicationCredentialID, imstest.ApplicationCredentialSecret))
				output := acctest.Squeeze(w.Fail(other.summary, "apply", "-auto-approve"))
				if !strings.Contains(output, other.advice) {
					t.Errorf("the error does not say what to do:\n%s", output)
				}
				acctest.ExpectTags(t, mock, own, map[string]string{"stage": "production"})
				for _, r := range mock.Requests() {
					if r.ImageID == elsewhere || r.Region == secondRegion {
						t.Errorf("%s %s was called", r.Method, r.Path)
					}
				}
				logins := map[imstest.Operation]int{}
				if bound.call != "" {
					logins[bound.call] = 2 // the plan and the apply
				}
				acctest.ExpectCalls(t, mock, imstest.ShowToken, logins[imstest.ShowToken])
				delete(logins, imstest.ShowToken)
				expectLogins(t, mock, logins)
			})
		}
	}
}
