// SPDX-License-Identifier: MPL-2.0

package place

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
)

// request is what the planned place of a resource depends on.
type request struct {
	config, current Place // current is empty for a new resource
	private         Private
	isNew, changes  bool
	isApply         bool
}

// Plan plans region and project_id, and reports whether the plan changes anything. Name is the resource in a diagnostic, such
// as `image tag "environment"`.
func (r Resolver) Plan(
	ctx context.Context, name string, private Private, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) (changes bool) {
	depends := request{
		config: In(req.Config.Raw), private: private, isNew: req.State.Raw.IsNull(), changes: !req.Plan.Raw.Equal(req.State.Raw),
		isApply: service.IsApply(req),
	}
	if !depends.isNew {
		depends.current = In(req.State.Raw)
	}
	planned, diags := r.planned(ctx, In(req.Plan.Raw), depends)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return false
	}
	resp.Diagnostics.Append(r.checkElsewhere(name, planned, depends)...)
	if !depends.changes && planned.ProjectID.Equal(depends.current.ProjectID) && planned.Region.Equal(depends.current.Region) {
		return false
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, regionPath, planned.Region)...)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, projectPath, planned.ProjectID)...)
	resp.RequiresReplace.Append(r.replacedFor(planned, depends)...)
	return true
}

// planned returns the place in a plan with its region and its project.
func (r Resolver) planned(ctx context.Context, plan Place, req request) (Place, diag.Diagnostics) {
	var diags diag.Diagnostics
	if req.config.Region.IsNull() {
		plan.Region = r.followedRegion(req)
	}
	switch {
	case !req.config.ProjectID.IsNull():
	case req.config.Region.IsNull():
		plan.ProjectID = r.followedProject(req.current.ProjectID, req.private, req.changes)
	default:
		plan.ProjectID, diags = r.projectIn(ctx, plan.Region, req)
	}
	if isSameProject(plan.ProjectID, req.current.ProjectID) {
		plan.ProjectID = req.current.ProjectID
	}
	return plan, diags
}

// replacedFor returns the attributes whose change replaces the resource. One that follows the provider's, which was unknown
// when the resource was read, may turn out to be unchanged: Update checks that.
func (r Resolver) replacedFor(plan Place, req request) path.Paths {
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

// followedRegion is the planned region of a resource without region. A state of an older version has none; it stays as it is.
// A region that is unknown in the plan is handled like the project: see followedProject.
func (r Resolver) followedRegion(req request) types.String {
	fallback := r.Service.DefaultRegion()
	switch {
	case !req.isNew && (req.private.Elsewhere || req.current.Region.IsNull()):
		return req.current.Region
	case fallback != "":
		return types.StringValue(fallback)
	case r.Service.IsRegionUnknown() && (req.isNew || req.private.PlaceUnknown && req.changes):
		return types.StringUnknown()
	case req.isNew:
		return types.StringNull()
	}
	return req.current.Region
}

// projectIn is the planned project of a resource with region and without project_id. If the region cannot be used, it is unknown
// in a plan. In an apply, that is an error: the plan may have known it.
func (r Resolver) projectIn(ctx context.Context, region types.String, req request) (types.String, diag.Diagnostics) {
	current := req.current.ProjectID
	isMoved := !r.isSameRegion(region, req.current.Region)
	switch {
	case region.IsUnknown() && (isMoved || current.IsNull()):
		return types.StringUnknown(), nil
	case r.Service.IsDefaultRegion(region.ValueString()):
		return r.followedProject(current, req.private, req.changes), nil
	case !isMoved && !current.IsNull():
		return current, nil
	case !r.Service.IsReady():
		return types.StringUnknown(), nil
	}
	connection, diags := r.Service.At(ctx, service.Place{Region: region.ValueString()})
	switch {
	case !diags.HasError():
		return types.StringValue(connection.ProjectID), nil
	case req.isApply:
		return types.StringUnknown(), diags
	}
	return types.StringUnknown(), nil
}

// followedProject is the planned project of a resource without project_id. While the project of the provider is unknown, a
// resource that changes plans an unknown project: with a known one, the apply could not plan another. The apply learns from
// the private data that Read set whether the project was unknown in the plan.
func (r Resolver) followedProject(current types.String, private Private, changes bool) types.String {
	fallback := r.Service.DefaultProject()
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

// checkElsewhere warns about a resource that was imported from another region or project than the provider's, if the
// configuration does not name it.
func (r Resolver) checkElsewhere(name string, plan Place, req request) diag.Diagnostics {
	isOwnRegion := r.Service.IsDefaultRegion(plan.Region.ValueString())
	switch {
	case !req.private.Elsewhere:
		return nil
	case req.isNew:
		return r.checkReplaced(name, plan, req)
	case req.config.Region.IsNull() && !plan.Region.IsUnknown() && !isOwnRegion:
		return diag.Diagnostics{otherRegionDiagnostic(name, plan, r.Service.DefaultRegion())}
	case req.config.ProjectID.IsNull() && isOwnRegion:
		return r.checkOtherProject(name, strings.ToLower(plan.ProjectID.ValueString()))
	}
	return nil
}

// checkReplaced returns an error if the replacement of a resource from elsewhere would move it without being asked to. It
// cannot stay either: the apply does not know any more where the resource was.
func (r Resolver) checkReplaced(name string, plan Place, req request) diag.Diagnostics {
	was := Place{Region: types.StringValue(req.private.Region), ProjectID: types.StringValue(req.private.Project)}
	isSameRegion := r.isSameRegion(plan.Region, was.Region)
	movesRegion := req.config.Region.IsNull() && !isSameRegion
	movesProject := req.config.ProjectID.IsNull() && isSameRegion && !isSameProject(plan.ProjectID, was.ProjectID)
	if movesRegion || movesProject {
		return diag.Diagnostics{replacedElsewhereDiagnostic(name, was)}
	}
	return nil
}

func (r Resolver) checkOtherProject(name, project string) diag.Diagnostics {
	fallback := r.Service.DefaultProject()
	if project == "" || fallback == "" || strings.EqualFold(fallback, project) {
		return nil
	}
	return diag.Diagnostics{otherProjectDiagnostic(name, project, fallback)}
}
