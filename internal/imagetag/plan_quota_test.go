// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

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
