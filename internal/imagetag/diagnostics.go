package imagetag

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// keptDiagnostic says that a delete was skipped on purpose.
func keptDiagnostic(address tagAddress) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Image tag not deleted", fmt.Sprintf(
		"Another instance of ims_image_tag owns the key %q of image %s. This happens with create_before_destroy, or when a "+
			"resource is renamed without a moved block. Deleting the tag for the old instance would have deleted it for the other "+
			"one as well, so the provider left it in place. You do not need to do anything.", address.key, address.image.ID))
}

// missingDiagnostic says that a tag to import does not exist, and which tags the image has.
func missingDiagnostic(m model, tags []ims.Tag) diag.Diagnostic {
	address := m.address()
	return diag.NewErrorDiagnostic(m.subject().Summary(explain.Import), fmt.Sprintf(
		"Image %s in project %s has no tag with the key %q. %s Keys are case-sensitive.\n\n"+
			"To create the tag instead of importing it, remove the import and apply.",
		address.image.ID, address.image.ProjectID, address.key, explain.Keys(tags)))
}
