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

func TestAccThePlanWarnsOfATagThatItOverwrites(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "environment", "staging")
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production"))
	block := fmt.Sprintf(`import { to = ims_image_tag.example # the address of this resource id = "%s/environment" }`, image)
	expectText(t, w.Run("plan", "-out=plan"), "Warning: Image tag exists already", `has the value "staging"`, "The apply will overwrite it.", block)
	acctest.ExpectCalls(t, mock, imstest.ListTags, 1)
	mock.ResetLog()
	w.Run("apply", "plan")
	acctest.ExpectCalls(t, mock, imstest.WriteTag, 1)
	acctest.ExpectTags(t, mock, image, map[string]string{"environment": "production"})

	// A tag that is owned is not warned of, whatever happens to it.
	mock.SetTag(image, "environment", "changed by somebody")
	expectNoRemarks(t, w.Run("plan"))
	w.Run("taint", acctest.Addr)
	expectNoRemarks(t, w.Run("plan"))
}

func TestAccATagWithTheSameValueIsTakenOverSilently(t *testing.T) {
	t.Parallel()
	for _, extra := range []string{"", "overwrite = false", "overwrite = true"} {
		t.Run(extra, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			mock.SetTag(image, "environment", "production")
			w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production", extra))
			expectNoRemarks(t, w.Run("apply", "-auto-approve"))
			expectNoRemarks(t, w.Run("plan", "-detailed-exitcode"))
		})
	}
}

func TestAccACreateThatMustNotOverwriteRefuses(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	config := acctest.TagConfig(mock, image, "environment", "production", "overwrite = false")
	w := acctest.NewWorkspace(t, mock, config)
	expectNoRemarks(t, w.Run("plan", "-out=plan"))
	mock.SetTag(image, "environment", "${staging}") // after the plan
	mock.ResetLog()
	output := w.Fail("Error: Cannot create image tag", "apply", "plan")
	block := fmt.Sprintf(`import { to = ims_image_tag.example # the address of this resource id = "%s/environment" }`, image)
	expectText(t, output, "overwrite is false. Nothing was written.", block, `Value: "${staging}"`)
	acctest.ExpectNoWrites(t, mock)

	expectText(t, w.Run("plan"), "Warning: Image tag exists already", "The apply will refuse to overwrite it")
	w.Write("import.tf", fmt.Sprintf("import {\n to = ims_image_tag.test\n id = \"%s/environment\"\n}\n", image))
	w.Run("apply", "-auto-approve")
	acctest.ExpectTags(t, mock, image, map[string]string{"environment": "production"})
	w.Run("plan", "-detailed-exitcode")
}

// A POST that was carried out without an answer is sent again, and does not find its own tag in the way.
func TestAccACreateThatMustNotOverwriteMayRetry(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production", "overwrite = false"))
	w.Run("plan", "-out=plan")
	mock.ResetLog()
	mock.Force(imstest.WriteTag, imstest.Answer{CarryOut: true, Status: http.StatusBadGateway}, imstest.Answer{CarryOut: true, Drop: true})
	w.Run("apply", "plan")
	acctest.ExpectCalls(t, mock, imstest.WriteTag, 3)
	acctest.ExpectCalls(t, mock, imstest.ListTags, 1) // right before the first POST
	if first := mock.Requests()[0]; first.Operation != imstest.ListTags {
		t.Errorf("the first call is %s", first.Operation)
	}
	acctest.ExpectTags(t, mock, image, map[string]string{"environment": "production"})
}

// overwrite is of the configuration alone: its change writes nothing, and an old state or an import has none.
func TestAccAChangeOfOverwriteWritesNothing(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production"))
	w.Run("apply", "-auto-approve")
	mock.ResetLog()
	for _, extra := range []string{"overwrite = false", "overwrite = true", ""} {
		w.Write("main.tf", acctest.TagConfig(mock, image, "environment", "production", extra))
		expectText(t, w.Run("apply", "-auto-approve"), "0 added, 1 changed, 0 destroyed")
		w.Run("plan", "-detailed-exitcode")
	}
	acctest.ExpectNoWrites(t, mock)
	imported := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production"))
	imported.Run("import", acctest.Addr, image+"/environment")
	imported.Run("plan", "-detailed-exitcode")
}

// A key that a replacement of this configuration had, or that it deletes in the same apply, is in nobody's way.
func TestAccACreateThatMustNotOverwriteFollowsItsOwnDeletes(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		before, after []string
		args          []string
	}{
		"a replacement":   {[]string{"a", "b"}, []string{"a", "b"}, []string{"-replace=ims_image_tag.t0"}},
		"a swap of keys":  {[]string{"a", "b"}, []string{"b", "a"}, nil},
		"keys that shift": {[]string{"a", "b", "c"}, []string{"b", "c"}, nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			config := func(keys []string) string {
				text := acctest.ProviderBlock(mock)
				for i, key := range keys {
					text += acctest.TagBlock(fmt.Sprintf("t%d", i), image, key, fmt.Sprintf("of t%d", i), "overwrite = false")
				}
				return text
			}
			w := acctest.NewWorkspace(t, mock, config(c.before))
			w.Run("apply", "-auto-approve")
			w.Write("main.tf", config(c.after))
			w.Run(append([]string{"apply", "-auto-approve"}, c.args...)...)
			want := make(map[string]string)
			for i, key := range c.after {
				want[key] = fmt.Sprintf("of t%d", i)
			}
			acctest.ExpectTags(t, mock, image, want)
			w.Run("plan", "-detailed-exitcode")
		})
	}
}

// forEach is a configuration of one resource with these keys.
func forEach(mock *imstest.Server, image string, keys ...string) string {
	return acctest.ProviderBlock(mock) + fmt.Sprintf(`
resource "ims_image_tag" "test" {
  for_each = toset(split(",", %q))
  image_id = %q
  key      = each.key
  value    = "v"
}
`, strings.Join(keys, ","), image)
}

func keysUpTo(many int) []string {
	keys := make([]string, many)
	for i := range keys {
		keys[i] = fmt.Sprintf("key-%02d", i)
	}
	return keys
}

func TestAccThePlanOfMoreTagsThanAnImageCanHaveFails(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	w := acctest.NewWorkspace(t, mock, forEach(mock, image, keysUpTo(11)...))
	output := w.Fail("Error: Too many tags for one image", "plan")
	expectText(t, output, "An image can have 10 tags. The configuration has 11 different keys", `"key-00", "key-01"`)
	if errors := strings.Count(output, "Error:"); errors != 1 {
		t.Errorf("%d errors, want one:\n%s", errors, output)
	}
	w.Run("plan", `-target=ims_image_tag.test["key-00"]`)
	w.Write("main.tf", forEach(mock, image, keysUpTo(10)...))
	expectNoRemarks(t, w.Run("apply", "-auto-approve"))
}

func TestAccThePlanWarnsOfAnImageThatMayBeFull(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	for _, key := range keysUpTo(9) {
		mock.SetTag(image, key, "of another team")
	}
	w := acctest.NewWorkspace(t, mock, forEach(mock, image, "a", "b", "c"))
	output := w.Run("plan")
	expectText(t, output, "Warning: Image may have too many tags", "The image has the keys \"key-00\"")
	if got := warnings(output); got != 1 {
		t.Errorf("%d warnings, want one:\n%s", got, output)
	}
	acctest.ExpectCalls(t, mock, imstest.ListTags, 1)
	w.Write("main.tf", forEach(mock, image, "a"))
	expectNoRemarks(t, w.Run("plan"))
}

// Ten tags of which one changes its key: the create has no room before the delete, whichever Terraform starts first.
func TestAccAFullImageAwaitsTheDeletesOfTheSameApply(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	w := acctest.NewWorkspace(t, mock, forEach(mock, image, keysUpTo(10)...))
	w.Run("apply", "-auto-approve")
	mock.ResetLog()
	keys := append(keysUpTo(9), "renamed")
	w.Write("main.tf", forEach(mock, image, keys...))
	w.Run("apply", "-auto-approve", "-parallelism=2")
	acctest.ExpectCalls(t, mock, imstest.DeleteTag, 1)
	if posts := mock.Count(imstest.WriteTag); posts > 2 {
		t.Errorf("%d POSTs, want one, or two if the first came before the DELETE", posts)
	}
	w.Run("plan", "-detailed-exitcode")
}

func TestAccTwoOwnersOfATagFailThePlan(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"two literal resources": `
resource "ims_image_tag" "a" {
  image_id = %[1]q
  key      = "environment"
  value    = "production"
}
resource "ims_image_tag" "b" {
  image_id   = ims_image_tag.a.image_id
  key        = "environment"
  value      = "staging"
  depends_on = [ims_image_tag.a]
}`,
		"count": `
resource "ims_image_tag" "a" {
  count    = 2
  image_id = %[1]q
  key      = "environment"
  value    = "production"
}`,
	}
	for name, blocks := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			config := acctest.ProviderBlock(mock) + fmt.Sprintf(blocks, image)
			w := acctest.NewWorkspace(t, mock, config)
			output := w.Fail("Error: Image tag with two owners", "plan")
			expectText(t, output, `has the key "environment" of image `+image, "production")
			if errors := strings.Count(output, "Error:"); errors != 1 {
				t.Errorf("%d errors, want one:\n%s", errors, output)
			}
			w.Write("main.tf", withoutChecks(config))
			w.Run("apply", "-auto-approve", "-parallelism=1")

			// What has been applied is warned of, and can be destroyed.
			w.Write("main.tf", config)
			expectText(t, w.Run("plan"), "Warning: Image tag with two owners")
			w.Run("destroy", "-auto-approve")
			w.ExpectNoResources()
		})
	}
}

// Each of these changes has two instances for one tag on the way, and none of them is a mistake.
func TestAccNoFalseAlarmOfTwoOwners(t *testing.T) {
	t.Parallel()
	literal := func(name, key string, extra ...string) func(*imstest.Server, string) string {
		return func(_ *imstest.Server, image string) string { return acctest.TagBlock(name, image, key, "v", extra...) }
	}
	both := func(blocks ...func(*imstest.Server, string) string) func(*imstest.Server, string) string {
		return func(mock *imstest.Server, image string) string {
			text := acctest.ProviderBlock(mock)
			for _, block := range blocks {
				text += block(mock, image)
			}
			return text
		}
	}
	count := func(keys string) func(*imstest.Server, string) string {
		return func(mock *imstest.Server, image string) string {
			return acctest.ProviderBlock(mock) + fmt.Sprintf("locals {\n keys = %s\n}\n", keys) + fmt.Sprintf(
				"resource \"ims_image_tag\" \"test\" {\n count = length(local.keys)\n image_id = %q\n key = local.keys[count.index]\n value = \"v\"\n}\n", image)
		}
	}
	cases := map[string]struct {
		before, after func(*imstest.Server, string) string
		args          []string
		taint         string
	}{
		"-replace": {both(literal("test", "a")), both(literal("test", "a")), []string{"-replace=" + acctest.Addr}, ""},
		"-replace, create before destroy": {
			both(literal("test", "a", createBeforeDestroy)), both(literal("test", "a", createBeforeDestroy)), []string{"-replace=" + acctest.Addr}, "",
		},
		"a swap of keys": {both(literal("x", "a"), literal("y", "b")), both(literal("x", "b"), literal("y", "a")), nil, ""},
		"a swap of keys, create before destroy": {
			both(literal("x", "a", createBeforeDestroy), literal("y", "b", createBeforeDestroy)),
			both(literal("x", "b", createBeforeDestroy), literal("y", "a", createBeforeDestroy)), nil, "",
		},
		"a rename without moved": {both(literal("x", "a")), both(literal("y", "a")), nil, ""},
		"taint":                  {both(literal("test", "a")), both(literal("test", "a")), nil, acctest.Addr},
		"taint, create before destroy": {
			both(literal("test", "a", createBeforeDestroy)), both(literal("test", "a", createBeforeDestroy)), nil, acctest.Addr,
		},
		"a count that shifts":             {count(`["a", "b", "c"]`), count(`["b", "c"]`), nil, ""},
		"a count that grows at the front": {count(`["b", "c"]`), count(`["a", "b", "c"]`), nil, ""},
		"a key that becomes known": {both(literal("x", "a")), func(mock *imstest.Server, image string) string {
			return acctest.ProviderBlock(mock) + fmt.Sprintf(`
resource "terraform_data" "key" {
  input = "a"
}
resource "ims_image_tag" "x" {
  image_id = %q
  key      = terraform_data.key.output
  value    = "v"
}
`, image)
		}, nil, ""},
	}
	for name, c := range cases {
		for _, refresh := range []string{"-refresh=true", "-refresh=false"} {
			t.Run(name+" "+refresh, func(t *testing.T) {
				t.Parallel()
				mock, image := acctest.StartWithImage(t)
				w := acctest.NewWorkspace(t, mock, c.before(mock, image))
				w.Run("apply", "-auto-approve")
				if c.taint != "" {
					w.Run("taint", c.taint)
				}
				w.Write("main.tf", c.after(mock, image))
				output := w.Run(append([]string{"apply", "-auto-approve", refresh}, c.args...)...)
				if strings.Contains(output, "two owners") {
					t.Errorf("a false alarm:\n%s", output)
				}
				w.Run("plan", "-detailed-exitcode")
			})
		}
	}
}

func TestAccThePlanWarnsOfKeysThatLookTheSame(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ present, planned, shown string }{
		"decomposed":           {"cle\u0301", "cl\u00e9", `The key "cl\u00e9" looks like the key "cle\u0301"`},
		"upper and lower case": {"Environment", "environment", `The key "environment" looks like the key "Environment"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			mock.SetTag(image, c.present, "v")
			w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, c.planned, "v"))
			expectText(t, w.Run("plan"), "Warning: Similar key on the image", c.shown)
		})
	}
	t.Run("a key whose case changes", func(t *testing.T) {
		t.Parallel()
		mock, image := acctest.StartWithImage(t)
		w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "Environment", "v"))
		w.Run("apply", "-auto-approve")
		w.Write("main.tf", acctest.TagConfig(mock, image, "environment", "v"))
		expectNoRemarks(t, w.Run("plan"))
	})
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
	if calls := mock.Count(); calls != 60 {
		t.Errorf("the apply made %d calls", calls)
	}
}
