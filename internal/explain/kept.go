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
	noun := "key"
	if len(keys) > 1 {
		noun = "keys"
	}
	return diag.NewWarningDiagnostic("Image tag not deleted", fmt.Sprintf(
		"Another resource instance owns the %s %s of image %s. This happens with create_before_destroy, when a resource is renamed without "+
			"a moved block, and when a key moves to another resource. A delete for the old instance would have been one for the other "+
			"as well, so the provider sent none. You do not need to do anything.", noun, QuotedKeys(tags), image.ID))
}
