// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

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

// Terraform plans a replacement twice, and shows no warning of the second plan.
func TestAccThePlanOfAReplacementWarns(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "stage", "theirs")
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production"))
	w.Run("apply", "-auto-approve")
	w.Write("main.tf", acctest.TagConfig(mock, image, "stage", "production"))
	expectText(t, w.Run("plan"), "Warning: Image tag exists already", `has the value "theirs"`)
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
	expectText(t, output, "overwrite is false. The tag was not written.", block, `Value: "${staging}"`)
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
