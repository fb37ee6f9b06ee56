// SPDX-License-Identifier: MPL-2.0

package explain

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Kept is the diagnostic of deletes that were skipped on purpose.
func Kept(image ims.Image, keys ...string) diag.Diagnostic {
	return kept("Image tag not deleted", image, keys, "This is expected with create_before_destroy, after a rename without a moved "+
		"block, and when a key moves to another resource. No action is needed.")
}

// KeptFromExclusive is the diagnostic of deletes that were skipped, although the resource has all tags of the image.
func KeptFromExclusive(image ims.Image, keys ...string) diag.Diagnostic {
	return kept("Image tag with two owners", image, keys, "This resource removes all keys that it does not have, because exclusive is "+
		"true. Add the keys of other resources to ignore_keys.")
}

func kept(summary string, image ims.Image, keys []string, advice string) diag.Diagnostic {
	tags := make([]ims.Tag, len(keys))
	for i, key := range keys {
		tags[i].Key = key
	}
	noun, them := "key", "it"
	if len(keys) > 1 {
		noun, them = "keys", "them"
	}
	return diag.NewWarningDiagnostic(summary, fmt.Sprintf("Another resource instance manages the %s %s of image %s, so the provider did "+
		"not delete %s. %s", noun, QuotedKeys(tags), image.ID, them, advice))
}
