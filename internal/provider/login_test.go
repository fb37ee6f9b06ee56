// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// With each login method, the mock accepts all calls. IAM gets exactly the expected calls.
func TestAccLogin(t *testing.T) {
	t.Parallel()
	for name, c := range loginCases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			project := cmp.Or(c.project, imstest.ProjectID)
			image := addImageTo(mock, project)
			dir := writeLoginFiles(t, mock)
			dependencies := acctest.Isolated
			variables := map[string]string{"IMS_METADATA_ENDPOINT": mock.URL()}
			if c.environment != nil {
				maps.Copy(variables, c.environment(mock, dir))
			}
			dependencies.Getenv = acctest.EnvironmentOf(variables)
			extra := ""
			if c.config != nil {
				extra = c.config(mock, dir)
			}
			config := fmt.Sprintf("provider \"ims\" {\n endpoint = %q\n project_id = %q\n %s\n}\n", mock.URL(), project, extra)
			// Tag keys with special characters test the signature of paths and bodies.
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
			expectLogin(t, mock, c)
		})
	}
}

func expectLogin(t *testing.T, mock *imstest.Server, c loginCase) {
	t.Helper()
	seen := make(map[imstest.Operation]bool)
	for _, r := range mock.Requests() {
		if r.Status >= 400 {
			t.Errorf("%s %s returned %d %s", r.Method, r.Path, r.Status, r.Code)
		}
		if r.ProjectID == "" {
			seen[r.Operation] = true
			continue
		}
		if r.Header.Get(c.header) == "" {
			t.Errorf("%s %s was sent without %s", r.Method, r.Path, c.header)
		}
	}
	if got := slices.Sorted(maps.Keys(seen)); !slices.Equal(got, slices.Sorted(slices.Values(c.calls))) {
		t.Errorf("IAM was called for %v, want %v", got, c.calls)
	}
}
