package imagetag

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

var (
	regionPath  = path.Root("region")
	projectPath = path.Root("project_id")
)

// storeAt returns the store of the place of a tag, and the project there that a tag without one belongs to.
func (r *tagResource) storeAt(ctx context.Context, verb explain.Verb, m model) (*store.Store, string, diag.Diagnostics) {
	if !r.service.IsReady() {
		return nil, "", diag.Diagnostics{explain.NotReady(verb, m.subject())}
	}
	connection, diags := r.service.At(ctx, m.place())
	if diags.HasError() {
		return nil, "", diags
	}
	return connection.Store, connection.ProjectID, nil
}

// planPlace plans region and project_id, and id if anything changes.
func (r *tagResource) planPlace(
	ctx context.Context, private tagPrivate, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	plan, config, current := tagIn(req.Plan.Raw), tagIn(req.Config.Raw), model{}
	isNew := req.State.Raw.IsNull()
	if !isNew {
		current = tagIn(req.State.Raw)
	}
	changes := !req.Plan.Raw.Equal(req.State.Raw)
	if config.Region.IsNull() {
		plan.Region = r.followedRegion(current.Region, private, isNew, changes)
	}
	switch {
	case !config.ProjectID.IsNull():
	case config.Region.IsNull():
		plan.ProjectID = r.followedProject(current.ProjectID, private, changes)
	default:
		plan.ProjectID = r.projectIn(ctx, plan.Region, current, private, changes)
	}
	resp.Diagnostics.Append(r.checkElsewhere(plan, config, private)...)
	if isSameProject(plan.ProjectID, current.ProjectID) {
		plan.ProjectID = current.ProjectID
	}
	if !changes && plan.ProjectID.Equal(current.ProjectID) && plan.Region.Equal(current.Region) {
		return
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, regionPath, plan.Region)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, projectPath, plan.ProjectID)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, idPath, plan.plannedID())...)
	if isNew {
		return
	}
	if !r.isSameRegion(plan.Region, current.Region) && !(config.Region.IsNull() && private.ProjectUnknown) {
		resp.RequiresReplace.Append(regionPath)
	}
	if !plan.ProjectID.Equal(current.ProjectID) && !(config.ProjectID.IsNull() && private.ProjectUnknown) {
		resp.RequiresReplace.Append(projectPath)
	}
}

// followedRegion is the planned region of a tag without region. A state of an older version has none; it stays as it is. A
// region that is unknown in the plan is handled like the project: see followedProject.
func (r *tagResource) followedRegion(current types.String, private tagPrivate, isNew, changes bool) types.String {
	fallback := r.service.DefaultRegion()
	switch {
	case private.Elsewhere, !isNew && current.IsNull():
		return current
	case fallback != "":
		return types.StringValue(fallback)
	case !r.service.IsReady() && (isNew || private.ProjectUnknown && changes):
		return types.StringUnknown()
	case isNew:
		return types.StringNull()
	}
	return current
}

// projectIn is the planned project of a tag with region and without project_id.
func (r *tagResource) projectIn(
	ctx context.Context, region types.String, current model, private tagPrivate, changes bool,
) types.String {
	moved := !r.isSameRegion(region, current.Region)
	switch {
	case region.IsUnknown() && (moved || current.ProjectID.IsNull()):
		return types.StringUnknown()
	case r.service.IsDefaultRegion(region.ValueString()):
		return r.followedProject(current.ProjectID, private, changes)
	case !moved && !current.ProjectID.IsNull():
		return current.ProjectID
	}
	if !r.service.IsReady() {
		return types.StringUnknown()
	}
	// If the region cannot be used now, the apply says why.
	connection, diags := r.service.At(ctx, service.Place{Region: region.ValueString()})
	if diags.HasError() {
		return types.StringUnknown()
	}
	return types.StringValue(connection.ProjectID)
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

// checkElsewhere warns about a tag that was imported from another region or project than the provider's, if the configuration
// does not name it.
func (r *tagResource) checkElsewhere(plan, config model, private tagPrivate) diag.Diagnostics {
	if !private.Elsewhere {
		return nil
	}
	if config.Region.IsNull() && !plan.Region.IsUnknown() && !r.service.IsDefaultRegion(plan.Region.ValueString()) {
		return diag.Diagnostics{otherRegionDiagnostic(plan.Key.ValueString(), plan.Region.ValueString(), r.service.DefaultRegion())}
	}
	fallback, project := r.service.DefaultProject(), plan.address().image.ProjectID
	if !config.ProjectID.IsNull() || !r.service.IsDefaultRegion(plan.Region.ValueString()) ||
		project == "" || fallback == "" || strings.EqualFold(fallback, project) {
		return nil
	}
	return diag.Diagnostics{elsewhereDiagnostic(plan.Key.ValueString(), project, fallback)}
}

// isSameRegion compares regions. No region is that of the provider.
func (r *tagResource) isSameRegion(a, b types.String) bool {
	if a.IsUnknown() || b.IsUnknown() {
		return a.Equal(b)
	}
	if a.ValueString() == b.ValueString() {
		return true
	}
	return r.service.IsDefaultRegion(a.ValueString()) && r.service.IsDefaultRegion(b.ValueString())
}

// isSameProject compares project IDs, which are not case-sensitive.
func isSameProject(a, b types.String) bool {
	if a.IsUnknown() || b.IsUnknown() || a.IsNull() || b.IsNull() {
		return a.Equal(b)
	}
	return strings.EqualFold(a.ValueString(), b.ValueString())
}
