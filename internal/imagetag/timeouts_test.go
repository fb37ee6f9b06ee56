// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const someTimeouts = `timeouts = { create = "7m", read = "7m", update = "7m", delete = "7m" }`

// How long operations may take is no business of the service.
func TestAccImageTagTimeoutsAloneAreStateOnly(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production"))
	w.Run("apply", "-auto-approve")
	mock.ResetLog()

	for _, timeouts := range []string{someTimeouts, `timeouts = { delete = "9m" }`, ""} {
		w.Write("main.tf", acctest.TagConfig(mock, image, "environment", "production", timeouts))
		w.Run("apply", "-auto-approve")
		acctest.ExpectNoWrites(t, mock)
		w.Run("plan", "-detailed-exitcode")
	}
	w.Write("main.tf", acctest.TagConfig(mock, image, "environment", "staging", someTimeouts))
	w.Run("apply", "-auto-approve")
	acctest.ExpectCalls(t, mock, imstest.WriteTag, 1)
}

func TestAccImageTagTimeoutsWithIgnoredChangesWriteNothing(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	const ignored = "lifecycle {\n ignore_changes = [value]\n}"
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production", ignored))
	w.Run("apply", "-auto-approve")
	mock.SetTag(image, "environment", "by another writer")
	mock.ResetLog()

	w.Write("main.tf", acctest.TagConfig(mock, image, "environment", "production", ignored, someTimeouts))
	w.Run("apply", "-auto-approve")
	acctest.ExpectNoWrites(t, mock)
	acctest.ExpectTags(t, mock, image, map[string]string{"environment": "by another writer"})
}

func TestAccImageTagImportWithTimeoutsWritesNothing(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "environment", "production")
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production", someTimeouts)+
		fmt.Sprintf("import {\n  to = ims_image_tag.test\n  id = %q\n}\n", image+"/environment"))
	w.Run("apply", "-auto-approve")
	acctest.ExpectNoWrites(t, mock)
	w.Run("plan", "-detailed-exitcode")
}

// Each operation has a timeout of its own: it outlasts a slow answer for which all others are too short.
func TestAccImageTagEachOperationHasItsTimeout(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"create", "update", "delete"} {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			timeouts := strings.ReplaceAll(strings.Replace(someTimeouts, verb+` = "7m"`, verb+` = "1m"`, 1), "7m", "10s")
			slowly := func(of string, operation imstest.Operation) func() {
				return func() {
					if of == verb {
						mock.Force(operation, imstest.Answer{CarryOut: true, Delay: 11 * time.Second})
					}
				}
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.FactoriesWith(acctest.Hurried(10 * time.Second)),
				CheckDestroy:             acctest.NoTagsLeft(mock),
				Steps: []resource.TestStep{
					{
						PreConfig: slowly("create", imstest.WriteTag),
						Config:    acctest.TagConfig(mock, image, "environment", "production", timeouts),
					},
					{
						PreConfig: slowly("update", imstest.WriteTag),
						Config:    acctest.TagConfig(mock, image, "environment", "staging", timeouts),
					},
					{
						PreConfig: slowly("delete", imstest.DeleteTag),
						Config:    acctest.TagConfig(mock, image, "environment", "staging", timeouts),
						Destroy:   true,
					},
				},
			})
		})
	}
}

// A create that has to look up the project of its region does so within its timeout.
func TestTheTimeoutOfACreateIncludesTheLookupOfTheProject(t *testing.T) {
	t.Parallel()
	mock := startRegions(t)
	image := regionImage(mock, secondProject, 2)
	mock.SetCatalog("image", secondRegion, mock.RegionURL(secondRegion))
	p := acctest.NewUnconfiguredServer(t, acctest.Hurried(5*time.Second))
	p.Configure(map[string]string{
		"region": imstest.Region, "endpoint": mock.URL(), "auth_url": mock.URL() + "/v3", "project_id": imstest.ProjectID,
		"access_key": imstest.AccessKey, "secret_key": imstest.SecretKey, "domain_id": imstest.DomainID,
	})
	mock.Force(imstest.ListProjects, imstest.Answer{CarryOut: true, Delay: time.Hour})
	tag := map[string]string{"region": secondRegion, "image_id": image, "key": "stage", "value": "production"}
	create := func() []string {
		return acctest.Summaries(apply(t.Context(), p, p.Null(p.Resource), p.Unknown(p.Resource, tag, "id", "project_id")))
	}
	if got := create(); len(got) != 1 || got[0] != "Cannot use region "+secondRegion {
		t.Errorf("the diagnostics are %q", got)
	}
	acctest.ExpectNoWrites(t, mock)
	if got := create(); len(got) > 0 {
		t.Errorf("the next time the diagnostics are %q", got)
	}
	acctest.ExpectTags(t, mock, image, map[string]string{"stage": "production"})
}

// An operation that ran out of time says how to give it more.
func TestAccImageTagTimeoutAdvice(t *testing.T) {
	t.Parallel()
	hangs := map[string]struct {
		operation imstest.Operation
		value     string
		args      []string
		advice    string
	}{
		"create": {imstest.WriteTag, "production", []string{"apply"}, "increase timeouts.create."},
		"update": {imstest.WriteTag, "staging", []string{"apply"}, "increase timeouts.update."},
		"delete": {imstest.DeleteTag, "production", []string{"destroy"}, "increase timeouts.delete and apply that change first"},
	}
	for verb, hang := range hangs {
		t.Run(verb, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			timeouts := strings.Replace(someTimeouts, verb+` = "7m"`, verb+` = "1s"`, 1)
			w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production", timeouts))
			if verb != "create" {
				w.Run("apply", "-auto-approve")
			}
			mock.ForceAlways(hang.operation, imstest.Answer{Delay: time.Hour})
			w.Write("main.tf", acctest.TagConfig(mock, image, "environment", hang.value, timeouts))
			output := acctest.Squeeze(w.Fail("Cannot "+verb+" image tag", append(hang.args, "-auto-approve")...))
			if !strings.Contains(output, hang.advice) {
				t.Errorf("the error does not say %q:\n%s", hang.advice, output)
			}
		})
	}
}

// The read timeout of the state cannot be raised before a read has succeeded: the larger of it and the default counts.
func TestAccImageTagReadTimeoutIsTheLargerOne(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		fallback time.Duration
		read     string
	}{
		"of the state":   {time.Second, "30s"},
		"of the default": {30 * time.Second, "1s"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			config := acctest.TagConfig(mock, image, "environment", "production",
				fmt.Sprintf(`timeouts = { create = "3s", delete = "3s", read = %q }`, c.read))
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: acctest.FactoriesWith(acctest.Hurried(c.fallback)),
				CheckDestroy:             acctest.NoTagsLeft(mock),
				Steps: []resource.TestStep{
					{Config: config},
					{
						PreConfig: func() {
							mock.Force(imstest.ListTags, imstest.Answer{CarryOut: true, Delay: 4 * time.Second})
						},
						Config:   config,
						PlanOnly: true,
						ConfigPlanChecks: resource.ConfigPlanChecks{
							PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
						},
					},
				},
			})
		})
	}
}
