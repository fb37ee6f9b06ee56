// SPDX-License-Identifier: MPL-2.0

package place

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
)

// otherProjectDiagnostic says what to add for a resource that was imported from another project than the provider's.
func otherProjectDiagnostic(name, project, fallback string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(projectPath, "Imported resource needs project_id", fmt.Sprintf(
		"The %s was imported from project %s, but the project of the provider is %s. Add this to the resource, unless "+
			"it is there already:\n\n  project_id = %q\n\nWithout it the resource stays in the project that it was imported from, and "+
			"every plan shows this warning.", name, project, fallback, project))
}

// otherRegionDiagnostic says what to add for a resource that was imported from another region than the provider's.
func otherRegionDiagnostic(name string, at Place, fallback string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(regionPath, "Imported resource needs region", fmt.Sprintf(
		"The %s was imported from region %s, but the region of the provider is %q. Add this to the resource, unless it is "+
			"there already:\n\n%s\n\nWithout it the resource stays in the region that it was imported from, and every plan "+
			"shows this warning.", name, at.Region.ValueString(), fallback, arguments(at)))
}

// replacedElsewhereDiagnostic says that a resource cannot be replaced before the configuration says where it is.
func replacedElsewhereDiagnostic(name string, at Place) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(projectPath, "Imported resource needs project_id", fmt.Sprintf(
		"The %s was imported from another region or project than that of the provider, and this plan replaces it. The replacement "+
			"could be created in another region or project. Add this to the resource, and apply it before you change anything else:\n\n%s",
		name, arguments(at)))
}

// arguments is a place as the arguments of a resource.
func arguments(at Place) string {
	var lines []string
	if region := at.Region.ValueString(); region != "" {
		lines = append(lines, fmt.Sprintf("  region     = %q", region))
	}
	if project := at.ProjectID.ValueString(); project != "" {
		lines = append(lines, fmt.Sprintf("  project_id = %q", strings.ToLower(project)))
	}
	return strings.Join(lines, "\n")
}

// movedProjectDiagnostic says that the project of the provider, unknown during the plan, is not that of the resource.
func movedProjectDiagnostic(subject explain.Subject, state, plan Place) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(projectPath, subject.Summary(explain.Update), fmt.Sprintf(
		"The project of the provider was unknown during the plan. It is %s, but the resource belongs to project %s and would "+
			"have to be replaced, which the plan did not show. Nothing was written. Run plan and apply again to replace the resource, "+
			"or set project_id in the resource to keep it where it is.",
		strings.ToLower(plan.ProjectID.ValueString()), strings.ToLower(state.ProjectID.ValueString())))
}

// movedRegionDiagnostic says that the region of the provider, unknown during the plan, is not that of the resource.
func movedRegionDiagnostic(subject explain.Subject, state, plan Place) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(regionPath, subject.Summary(explain.Update), fmt.Sprintf(
		"The region of the provider was unknown during the plan. It is %s, but the resource is in region %s and would have to be "+
			"replaced, which the plan did not show. Nothing was written. Run plan and apply again to replace the resource, or set "+
			"region in the resource to keep it where it is.", plan.Region.ValueString(), state.Region.ValueString()))
}
