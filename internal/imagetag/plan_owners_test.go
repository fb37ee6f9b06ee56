// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

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
