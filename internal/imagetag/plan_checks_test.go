// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const missingImage = "99999999-1a2b-4c3d-8e4f-5a6b7c8d9e0f"

// expectText fails the test unless an output has each of the texts.
func expectText(t *testing.T, output string, texts ...string) {
	t.Helper()
	squeezed := acctest.Squeeze(output)
	for _, text := range texts {
		if !strings.Contains(squeezed, text) {
			t.Errorf("the output does not say %q:\n%s", text, output)
		}
	}
}

// expectNoRemarks fails the test if an output has a warning or an error.
func expectNoRemarks(t *testing.T, output string) {
	t.Helper()
	if warnings(output) > 0 || strings.Contains(output, "Error:") {
		t.Errorf("the output has a warning or an error:\n%s", output)
	}
}

// warnings counts the warnings of an output, without that of Terraform about the provider under test.
func warnings(output string) int {
	return strings.Count(output, "Warning:") - strings.Count(output, "Warning: Provider development overrides")
}

// withoutChecks turns the checks of a configuration off.
func withoutChecks(config string) string {
	return strings.Replace(config, "token ", "plan_checks = false\n  token ", 1)
}

func TestAccThePlanOfATagOnAMissingImageFails(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	config := strings.Replace(acctest.TagConfig(mock, missingImage, "environment", "production"), "token ", "region = \"eu-de\"\n  token ", 1)
	w := acctest.NewWorkspace(t, mock, config)
	output := w.Fail("Error: Image not found", "plan")
	expectText(t, output, "image "+missingImage+" in project "+imstest.ProjectID+" in region eu-de", "image_id", "HTTP 404 Not Found IMG.0027")
	acctest.ExpectCalls(t, mock, imstest.ListTags, 1)
	if calls := mock.Count(); calls != 1 {
		t.Errorf("the plan made %d calls", calls)
	}

	mock.ResetLog()
	w.Write("main.tf", withoutChecks(config))
	expectNoRemarks(t, w.Run("plan"))
	w.Env = append(w.Env, "IMS_PLAN_CHECKS=false")
	w.Write("main.tf", config)
	expectNoRemarks(t, w.Run("plan"))
	if calls := mock.Count(); calls != 0 {
		t.Errorf("plans without checks made %d calls", calls)
	}
}

// An image that disappears with its tags does not keep Terraform from destroying what is left, nor from planning.
func TestAccADestroyIsNeverBlockedByAMissingImage(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		extra   string
		prepare func(w *acctest.Workspace)
	}{
		"as it is": {"", func(*acctest.Workspace) {}},
		"tainted":  {"", func(w *acctest.Workspace) { w.Run("taint", acctest.Addr) }},
		"tainted, create before destroy": {createBeforeDestroy, func(w *acctest.Workspace) {
			w.Run("taint", acctest.Addr)
		}},
		"with another tag of the image that is new": {"", func(w *acctest.Workspace) {
			w.Write("new.tf", `resource "ims_image_tag" "new" {
  image_id   = ims_image_tag.test.image_id
  key        = "new"
  value      = "v"
}`)
		}},
	}
	for name, c := range cases {
		for _, refresh := range []string{"-refresh=true", "-refresh=false"} {
			t.Run(name+" "+refresh, func(t *testing.T) {
				t.Parallel()
				mock, image := acctest.StartWithImage(t)
				w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production", c.extra))
				w.Run("apply", "-auto-approve")
				mock.RemoveImage(image)
				c.prepare(w)
				if refresh == "-refresh=true" && name != "with another tag of the image that is new" {
					expectText(t, w.Run("plan"), "Warning: Image not found")
					expectText(t, w.Run("plan", "-replace="+acctest.Addr), "Warning: Image not found")
				}
				w.Run("destroy", "-auto-approve", refresh)
				w.ExpectNoResources()
			})
		}
	}
}

// Without a refresh nothing has shown that the image of a changed tag exists. With one, the refresh has.
func TestAccThePlanOfAnUpdateWithoutARefreshFailsIfTheImageIsMissing(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production"))
	w.Run("apply", "-auto-approve")
	w.Write("main.tf", acctest.TagConfig(mock, image, "environment", "staging"))
	mock.ResetLog()
	expectNoRemarks(t, w.Run("plan"))
	expectNoRemarks(t, w.Run("plan", "-refresh=false"))
	acctest.ExpectCalls(t, mock, imstest.ListTags, 2)
	mock.RemoveImage(image)
	w.Fail("Error: Image not found", "plan", "-refresh=false")
	w.Run("destroy", "-auto-approve", "-refresh=false")
}

// A check that cannot get its answer is silent, is not repeated and does not take long.
func TestAccChecksWithoutAnAnswerAreSilent(t *testing.T) {
	t.Parallel()
	answers := map[string]imstest.Answer{
		"a fault":     imstest.IMSError(http.StatusInternalServerError, "IMG.0001", "internal error"),
		"no right":    imstest.IMSError(http.StatusForbidden, "IMG.0026", "no right"),
		"throttled":   imstest.GatewayError(http.StatusTooManyRequests, "APIGW.0308", "policy user over ratelimit"),
		"no such API": imstest.GatewayError(http.StatusNotFound, "APIGW.0101", "The API does not exist"),
		"a page":      imstest.HTML(http.StatusOK),
		"no answer":   {Drop: true},
		"a login":     imstest.GatewayError(http.StatusUnauthorized, "APIGW.0301", "Incorrect IAM authentication information"),
		"nothing":     {Delay: time.Hour},
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			mock.SetTag(image, "a", "of another team")
			w := acctest.NewWorkspace(t, mock, forEach(mock, image, "a"))
			mock.ForceAlways(imstest.ListTags, answer)
			expectNoRemarks(t, w.Run("plan"))
			if calls := mock.Count(); calls != 1 {
				t.Errorf("%d calls, want 1", calls)
			}
		})
	}
	t.Run("an image that is not known", func(t *testing.T) {
		t.Parallel()
		mock, image := acctest.StartWithImage(t)
		mock.SetTag(image, "a", "of another team")
		w := acctest.NewWorkspace(t, mock, acctest.ProviderBlock(mock)+fmt.Sprintf(`
resource "terraform_data" "image" {
  input = %q
}
resource "ims_image_tag" "test" {
  image_id = terraform_data.image.output
  key      = "a"
  value    = "v"
}
`, image))
		expectNoRemarks(t, w.Run("plan"))
		if calls := mock.Count(); calls != 0 {
			t.Errorf("%d calls, want none", calls)
		}
	})
}

// Where many images have new tags, the listing serves the checks as it serves a refresh.
func TestAccTheChecksOfManyImagesUseTheListing(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	w := acctest.NewWorkspace(t, mock, acctest.ManyTags(mock, 60))
	w.Run("plan", "-out=plan")
	if reads, pages := mock.Count(imstest.ListTags), mock.Count(imstest.ImagesByTag); reads+pages > 25 || pages == 0 {
		t.Errorf("the plan of 60 images took %d reads and %d pages", reads, pages)
	}
	mock.ResetLog()
	w.Run("apply", "plan")
	acctest.ExpectCalls(t, mock, imstest.WriteTag, 60)
	acctest.ExpectCalls(t, mock, imstest.ListTags, 0)
	acctest.ExpectCalls(t, mock, imstest.ImagesByTag, 0)
}
