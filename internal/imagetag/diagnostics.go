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

// elsewhereDiagnostic says what to add for a tag that was imported from another project than the provider's.
func elsewhereDiagnostic(key, project, fallback string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(projectPath, "Imported image tag needs project_id", fmt.Sprintf(
		"The image tag %q was imported from project %s, but the project of the provider is %s. Add this to the resource, unless "+
			"it is there already:\n\n  project_id = %q\n\nWithout it the tag stays in the project that it was imported from, and every "+
			"plan shows this warning.", key, project, fallback, project))
}

// otherRegionDiagnostic says what to add for a tag that was imported from another region than the provider's.
func otherRegionDiagnostic(key, region, fallback string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(regionPath, "Imported image tag needs region", fmt.Sprintf(
		"The image tag %q was imported from region %s, but the region of the provider is %q. Add this to the resource, unless it is "+
			"there already:\n\n  region = %q\n\nWithout it the tag stays in the region that it was imported from, and every plan shows "+
			"this warning.", key, region, fallback, region))
}

// otherProjectDiagnostic says that the region or the project of the provider, unknown during the plan, is not that of the tag.
func otherProjectDiagnostic(state, plan model) diag.Diagnostic {
	if state.address() == plan.address() {
		return diag.NewAttributeErrorDiagnostic(regionPath, state.subject().Summary(explain.Update), fmt.Sprintf(
			"The region of the provider was unknown during the plan. It is %s, but the image tag is in region %s and would have to be "+
				"replaced, which the plan did not show. Nothing was written. Run plan and apply again to replace the tag, or set region in "+
				"the resource to keep it where it is.", plan.Region.ValueString(), state.Region.ValueString()))
	}
	return diag.NewAttributeErrorDiagnostic(projectPath, state.subject().Summary(explain.Update), fmt.Sprintf(
		"The project of the provider was unknown during the plan. It is %s, but the image tag belongs to project %s and would "+
			"have to be replaced, which the plan did not show. Nothing was written. Run plan and apply again to replace the tag, or "+
			"set project_id in the resource to keep it where it is.", plan.address().image.ProjectID, state.address().image.ProjectID))
}

// missingDiagnostic says that a tag to import does not exist, and which tags the image has.
func missingDiagnostic(m model, tags []ims.Tag) diag.Diagnostic {
	address := m.address()
	return diag.NewErrorDiagnostic(m.subject().Summary(explain.Import), fmt.Sprintf(
		"Image %s in project %s has no tag with the key %q. %s Keys are case-sensitive.\n\n"+
			"To create the tag instead of importing it, remove the import and apply.",
		address.image.ID, address.image.ProjectID, address.key, explain.Keys(tags)))
}
