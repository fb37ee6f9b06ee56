// SPDX-License-Identifier: MPL-2.0

package imagetag

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// missingDiagnostic says that a tag to import does not exist, and which tags the image has.
func missingDiagnostic(m model, tags []ims.Tag) diag.Diagnostic {
	address := m.address()
	return diag.NewErrorDiagnostic(m.subject().Summary(explain.Import), fmt.Sprintf(
		"Image %s in project %s has no tag with the key %q. %s Keys are case-sensitive.\n\n"+
			"To create the tag instead of importing it, remove the import and apply.",
		address.image.ID, address.image.ProjectID, address.key, explain.Keys(tags)))
}
