package imagetag

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// planProject plans project_id, and id if anything changes.
func (r *tagResource) planProject(
	ctx context.Context, private tagPrivate, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	plan, current := tagIn(req.Plan.Raw), types.StringNull()
	if !req.State.Raw.IsNull() {
		current = tagIn(req.State.Raw).ProjectID
	}
	changes := !req.Plan.Raw.Equal(req.State.Raw)
	follows := tagIn(req.Config.Raw).ProjectID.IsNull()
	if follows {
		plan.ProjectID = r.followedProject(current, private, changes)
		resp.Diagnostics.Append(r.checkElsewhere(plan, private)...)
	}
	if isSameProject(plan.ProjectID, current) {
		plan.ProjectID = current
	}
	if !changes && plan.ProjectID.Equal(current) {
		return
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, projectPath, plan.ProjectID)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, idPath, plan.plannedID())...)
	mayTurnOut := follows && private.ProjectUnknown // Update checks it
	if !mayTurnOut && !current.IsNull() && !plan.ProjectID.Equal(current) {
		resp.RequiresReplace.Append(projectPath)
	}
}

// followedProject is the planned project of a tag without project_id. While the project of the provider is unknown, a tag
// that changes plans an unknown project: with a known one, the apply could not plan another. The apply learns from the private
// data that Read set whether the project was unknown in the plan.
func (r *tagResource) followedProject(current types.String, private tagPrivate, changes bool) types.String {
	fallback := r.service.DefaultProject()
	switch {
	case current.IsNull() && fallback == "":
		return types.StringUnknown()
	case current.IsNull():
		return types.StringValue(strings.ToLower(fallback))
	case private.Elsewhere:
		return current
	case fallback != "":
		return types.StringValue(strings.ToLower(fallback))
	case private.ProjectUnknown && changes:
		return types.StringUnknown()
	}
	return current
}

// checkElsewhere warns about a tag that was imported from another project than the provider's, and says what to add.
func (r *tagResource) checkElsewhere(plan model, private tagPrivate) diag.Diagnostics {
	fallback, project := r.service.DefaultProject(), plan.address().image.ProjectID
	if !private.Elsewhere || project == "" || fallback == "" || strings.EqualFold(fallback, project) {
		return nil
	}
	return diag.Diagnostics{elsewhereDiagnostic(plan.Key.ValueString(), project, fallback)}
}

// isSameProject compares project IDs, which are not case-sensitive.
func isSameProject(a, b types.String) bool {
	if a.IsUnknown() || b.IsUnknown() || a.IsNull() || b.IsNull() {
		return a.Equal(b)
	}
	return strings.EqualFold(a.ValueString(), b.ValueString())
}
