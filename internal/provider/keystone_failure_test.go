// SPDX-License-Identifier: MPL-2.0

//go:build keystone

package provider_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// A login that Keystone rejects is made once, with any number of tags, and the error says what to check. With the checks of
// plans, the plan makes it as well, in a process of its own.
func TestAccKeystoneRejectsLogin(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ block, want string }{
		"a wrong password": {
			block: "user_name = USER_NAME\n password = \"wrong\"\n domain_name = DOMAIN_NAME\n project_id = PROJECT_ID",
			want:  `user_name.*password.*domain_name`,
		},
		"a domain that does not exist": {
			block: "user_name = USER_NAME\n password = PASSWORD\n domain_name = \"nowhere\"\n project_name = PROJECT_NAME",
			want:  `user_name.*password.*domain_name`,
		},
		"the domain of somebody else with the same name": {
			block: "user_name = USER_NAME\n password = PASSWORD\n domain_name = \"" + otherDomain + "\"\n project_id = PROJECT_ID",
			want:  `user_name.*password.*domain_name`,
		},
		"a project on which the user has no role": {
			block: "user_name = USER_NAME\n password = PASSWORD\n domain_name = DOMAIN_NAME\n project_id = FORBIDDEN",
			want:  `project`,
		},
		"a project that does not exist": {
			block: "user_name = USER_NAME\n password = PASSWORD\n domain_name = DOMAIN_NAME\n project_name = \"nowhere\"",
			want:  `project`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			keystone := theRealm(t)
			user := keystone.accounts[defaultDomain]
			logins := watchLogins(t, keystone)
			mock, image, endpoint := startWithCheck(t, user, keystone.check(t, user))
			block := strings.ReplaceAll(user.fill("auth_url = AUTH_URL\n "+c.block, logins.url, ""), "FORBIDDEN", `"`+keystone.forbiddenProjectID+`"`)

			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.Factories(),
				Steps: []resource.TestStep{{
					Config:      fmt.Sprintf("provider \"ims\" {\n endpoint = %q\n plan_checks = false\n %s\n}\n", endpoint, block) + tagBlocks(image, 10),
					ExpectError: regexp.MustCompile(`(?s)` + c.want + `.*HTTP\s+401.*The\s+request\s+you\s+have\s+made\s+requires\s+authentication`),
				}},
			})
			if got := logins.drain(); !slices.Equal(got, []int{http.StatusUnauthorized}) {
				t.Errorf("the logins returned %v, want one 401", got)
			}
			acctest.ExpectNoWrites(t, mock)
		})
	}
}

// If Keystone revokes the token during an apply, the provider logs in again and writes all tags.
func TestAccKeystoneRevokesTokenDuringApply(t *testing.T) {
	t.Parallel()
	keystone := theRealm(t)
	user := keystone.accounts[otherDomain]
	logins := watchLogins(t, keystone)
	isValid := keystone.check(t, user)
	var calls atomic.Int32
	mock, image, endpoint := startWithCheck(t, user, func(token string) bool {
		if calls.Add(1) == 5 {
			keystone.revoke(t, token)
		}
		return isValid(token)
	})
	block := user.fill("auth_url = AUTH_URL\n user_name = USER_NAME\n password = PASSWORD\n domain_name = DOMAIN_NAME\n project_id = PROJECT_ID", logins.url, "")
	w := acctest.NewWorkspace(t, mock, fmt.Sprintf("provider \"ims\" {\n endpoint = %q\n %s\n}\n", endpoint, block)+tagBlocks(image, 10))
	w.Run("plan", "-out=tags.tfplan")
	logins.drain()
	calls.Store(0)

	w.Run("apply", "tags.tfplan")

	if got := logins.drain(); !slices.Equal(got, []int{http.StatusCreated, http.StatusCreated}) {
		t.Errorf("the logins returned %v, want two 201", got)
	}
	if rejected := countStatus(mock, http.StatusUnauthorized); rejected == 0 {
		t.Error("no call was made with the revoked token")
	}
	if got := len(mock.Tags(image)); got != 10 {
		t.Errorf("the image has %d tags, want 10", got)
	}
	w.Run("destroy", "-auto-approve")
	acctest.ExpectTags(t, mock, image, nil)
}

func countStatus(mock *imstest.Server, status int) int {
	count := 0
	for _, r := range mock.Requests() {
		if r.Status == status {
			count++
		}
	}
	return count
}

// tagBlocks returns the configuration of a number of tags on one image.
func tagBlocks(image string, number int) string {
	var blocks strings.Builder
	for i := range number {
		blocks.WriteString(acctest.TagBlock(fmt.Sprintf("t%d", i), image, fmt.Sprintf("key-%d", i), "v"))
	}
	return blocks.String()
}
