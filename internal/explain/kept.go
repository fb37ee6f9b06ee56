// SPDX-License-Identifier: MPL-2.0

package explain

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

const anotherManages = "Another resource instance manages {keys}, so the provider did not delete {them}. "

// Kept is the diagnostic of deletes that were skipped on purpose.
func Kept(image ims.Image, keys ...string) diag.Diagnostic {
	return kept("Image tag not deleted", image, keys, anotherManages+"This is expected with create_before_destroy, after a rename "+
		"without a moved block, and when a key moves to another resource. No action is needed.")
}

// KeptFromExclusive is the diagnostic of deletes that were skipped, although the resource has all tags of the image.
func KeptFromExclusive(image ims.Image, keys ...string) diag.Diagnostic {
	return kept("Image tag with two owners", image, keys, anotherManages+"This resource removes all keys that it does not have, "+
		"because exclusive is true. Add the keys of other resources to ignore_keys.")
}

// KeptUnsure is the diagnostic of deletes that were skipped, because it is not known who has written the tags.
func KeptUnsure(image ims.Image, keys ...string) diag.Diagnostic {
	return kept("Image tag not deleted", image, keys, "The service rejected an earlier call that was to write {keys}, but the image has "+
		"{them}. Somebody else may have written {them}, so the provider did not delete {them}. If nobody needs {them}, delete {them} "+
		"outside of Terraform.")
}

// kept fills in the keys of an image, and the pronoun for them.
func kept(summary string, image ims.Image, keys []string, text string) diag.Diagnostic {
	noun, them := "key", "it"
	if len(keys) > 1 {
		noun, them = "keys", "them"
	}
	named := fmt.Sprintf("the %s %s of image %s", noun, Quoted(keys), image.ID)
	return diag.NewWarningDiagnostic(summary, strings.NewReplacer("{keys}", named, "{them}", them).Replace(text))
}
