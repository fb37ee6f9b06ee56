// SPDX-License-Identifier: MPL-2.0

package explain

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Kept is the diagnostic of deletes that were skipped on purpose.
func Kept(image ims.Image, keys ...string) diag.Diagnostic {
	tags := make([]ims.Tag, len(keys))
	for i, key := range keys {
		tags[i].Key = key
	}
	noun, them := "key", "it"
	if len(keys) > 1 {
		noun, them = "keys", "them"
	}
	return diag.NewWarningDiagnostic("Image tag not deleted", fmt.Sprintf(
		"Another resource instance manages the %s %s of image %s, so the provider did not delete %s. This is expected with "+
			"create_before_destroy, after a rename without a moved block, and when a key moves to another resource. No action is needed.",
		noun, QuotedKeys(tags), image.ID, them))
}
