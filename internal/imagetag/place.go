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
)

var (
	regionPath  = path.Root("region")
	projectPath = path.Root("project_id")
)

// connect returns the connection to the place of a tag.
func (r *tagResource) connect(ctx context.Context, verb explain.Verb, m model) (*service.Connection, diag.Diagnostics) {
	if !r.service.IsReady() {
		return nil, diag.Diagnostics{explain.NotReady(verb, m.subject())}
	}
	return r.service.At(ctx, m.place())
}

// placeRequest is what the planned place of a tag depends on.
type placeRequest struct {
	config, current model // current is empty for a new tag
	private         tagPrivate
	isNew, changes  bool
}

// planPlace plans region and project_id, and id if anything changes.
func (r *tagResource) planPlace(
	ctx context.Context, private tagPrivate, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	place := placeRequest{
		config: tagIn(req.Config.Raw), private: private, isNew: req.State.Raw.IsNull(), changes: !req.Plan.Raw.Equal(req.State.Raw),
	}
	if !place.isNew {
		place.current = tagIn(req.State.Raw)
	}
	plan := r.withPlace(ctx, tagIn(req.Plan.Raw), place)
	resp.Diagnostics.Append(r.checkElsewhere(plan, place.config, private)...)
	if !place.changes && plan.ProjectID.Equal(place.current.ProjectID) && plan.Region.Equal(place.current.Region) {
		return
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, regionPath, plan.Region)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, projectPath, plan.ProjectID)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, idPath, plan.plannedID())...)
	resp.RequiresReplace.Append(r.replacedFor(plan, place)...)
}

// withPlace returns a planned tag with its region and its project.
func (r *tagResource) withPlace(ctx context.Context, plan model, req placeRequest) model {
	if req.config.Region.IsNull() {
		plan.Region = r.followedRegion(req)
	}
	switch {
	case !req.config.ProjectID.IsNull():
	case req.config.Region.IsNull():
		plan.ProjectID = r.followedProject(req.current.ProjectID, req.private, req.changes)
	default:
		plan.ProjectID = r.projectIn(ctx, plan.Region, req)
	}
	if isSameProject(plan.ProjectID, req.current.ProjectID) {
		plan.ProjectID = req.current.ProjectID
	}
	return plan
}

// replacedFor returns the attributes whose change replaces the tag. One that follows the provider's, which was unknown when
// the tag was read, may turn out to be unchanged: Update checks that.
func (r *tagResource) replacedFor(plan model, req placeRequest) path.Paths {
	if req.isNew {
		return nil
	}
	var changed path.Paths
	unsure := req.private.PlaceUnknown
	if !r.isSameRegion(plan.Region, req.current.Region) && (!unsure || !req.config.Region.IsNull()) {
		changed = append(changed, regionPath)
	}
	if !plan.ProjectID.Equal(req.current.ProjectID) && (!unsure || !req.config.ProjectID.IsNull()) {
		changed = append(changed, projectPath)
	}
	return changed
}

// followedRegion is the planned region of a tag without region. A state of an older version has none; it stays as it is. A
// region that is unknown in the plan is handled like the project: see followedProject.
func (r *tagResource) followedRegion(req placeRequest) types.String {
	fallback := r.service.DefaultRegion()
	switch {
	case req.private.Elsewhere, !req.isNew && req.current.Region.IsNull():
		return req.current.Region
	case fallback != "":
		return types.StringValue(fallback)
	case r.service.IsRegionUnknown() && (req.isNew || req.private.PlaceUnknown && req.changes):
		return types.StringUnknown()
	case req.isNew:
		return types.StringNull()
	}
	return req.current.Region
}

// projectIn is the planned project of a tag with region and without project_id.
func (r *tagResource) projectIn(ctx context.Context, region types.String, req placeRequest) types.String {
	current := req.current.ProjectID
	isMoved := !r.isSameRegion(region, req.current.Region)
	switch {
	case region.IsUnknown() && (isMoved || current.IsNull()):
		return types.StringUnknown()
	case r.service.IsDefaultRegion(region.ValueString()):
		return r.followedProject(current, req.private, req.changes)
	case !isMoved && !current.IsNull():
		return current
	case !r.service.IsReady():
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
		return types.StringValue(fallback)
	case private.Elsewhere:
		return current
	case fallback != "":
		return types.StringValue(fallback)
	case private.PlaceUnknown && changes:
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
