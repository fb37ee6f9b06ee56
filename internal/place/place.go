// SPDX-License-Identifier: MPL-2.0

// Package place finds out where a resource is, in which region and in which project: in a plan, in an import, and when the
// settings of the provider become known.
package place

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
)

var (
	regionPath  = path.Root("region")
	projectPath = path.Root("project_id")
)

// Place is the region and the project of a resource in a configuration, a plan or a state. The region is null in a state of
// an older version.
type Place struct{ Region, ProjectID types.String }

// In returns the place in a plan, a state or a configuration.
func In(raw tftypes.Value) Place {
	attributes := attribute.RawObject(raw)
	return Place{Region: attribute.RawString(attributes["region"]), ProjectID: attribute.RawString(attributes["project_id"])}
}

// Connection returns the place to connect to.
func (p Place) Connection() service.Place {
	return service.Place{Region: p.Region.ValueString(), ProjectID: p.ProjectID.ValueString()}
}

// Private is what the private data of a resource says about its place. Read sets it, because a plan passes nothing else to the
// ModifyPlan of the apply.
type Private struct {
	PlaceUnknown bool `json:"project_unknown,omitempty"` // the provider's region or project was unknown during the last read
	Elsewhere    bool `json:"elsewhere,omitempty"`       // it was imported from another region or project than the provider's

	// Region and Project are where a resource from elsewhere is. The plan of its replacement has no state to compare with.
	Region  string `json:"elsewhere_region,omitempty"`
	Project string `json:"elsewhere_project,omitempty"`
}

// Refreshed returns the private data of a resource that was read in a place.
func (r Resolver) Refreshed(private Private, at Place) Private {
	private.PlaceUnknown = r.IsUnknown()
	isHere := r.Service.IsDefaultRegion(at.Region.ValueString()) &&
		strings.EqualFold(at.ProjectID.ValueString(), r.Service.DefaultProject())
	private.Elsewhere, private.Region, private.Project = private.Elsewhere && !isHere, "", ""
	if private.Elsewhere {
		private.Region, private.Project = at.Region.ValueString(), at.ProjectID.ValueString()
	}
	return private
}

// Staying returns the place in a plan, or that of the state while the one in the plan is not known. Update fails if it turns out to
// be another.
func (p Private) Staying(plan, state Place) Place {
	if p.PlaceUnknown && (plan.Region.IsUnknown() || plan.ProjectID.IsUnknown()) {
		return state
	}
	return plan
}

// Resolver finds out the places of the resources of a provider configuration.
type Resolver struct{ Service *service.Service }

// IsUnknown reports whether the region or the project of the provider is unknown.
func (r Resolver) IsUnknown() bool {
	return r.Service.DefaultProject() == "" || r.Service.IsRegionUnknown()
}

// Connect returns the connection to a place.
func (r Resolver) Connect(
	ctx context.Context, verb explain.Verb, subject explain.Subject, at Place,
) (*service.Connection, diag.Diagnostics) {
	if !r.Service.IsReady() {
		return nil, diag.Diagnostics{explain.NotReady(verb, subject)}
	}
	return r.Service.At(ctx, at.Connection())
}

// Complete returns the place of a new resource with the project that its region could not be asked for in the plan.
func (r Resolver) Complete(ctx context.Context, subject explain.Subject, planned Place) (Place, diag.Diagnostics) {
	if !planned.ProjectID.IsUnknown() {
		return planned, nil
	}
	planned.ProjectID = types.StringNull()
	connection, diags := r.Connect(ctx, explain.Create, subject, planned)
	if !diags.HasError() {
		planned.ProjectID = types.StringValue(connection.ProjectID)
	}
	return planned, diags
}

// CheckUpdate returns an error if an update would move a resource, because the region or the project of the provider, unknown
// during the plan, is not that of the resource.
func (r Resolver) CheckUpdate(subject explain.Subject, state, planned Place) diag.Diagnostics {
	switch {
	case !isSameProject(state.ProjectID, planned.ProjectID):
		return diag.Diagnostics{movedProjectDiagnostic(subject, state, planned)}
	case !r.isSameRegion(state.Region, planned.Region):
		return diag.Diagnostics{movedRegionDiagnostic(subject, state, planned)}
	}
	return nil
}

// isSameRegion compares regions. No region is that of the provider.
func (r Resolver) isSameRegion(a, b types.String) bool {
	if a.IsUnknown() || b.IsUnknown() {
		return a.Equal(b)
	}
	if a.ValueString() == b.ValueString() {
		return true
	}
	return r.Service.IsDefaultRegion(a.ValueString()) && r.Service.IsDefaultRegion(b.ValueString())
}

// isSameProject compares project IDs, which are not case-sensitive.
func isSameProject(a, b types.String) bool {
	if a.IsUnknown() || b.IsUnknown() || a.IsNull() || b.IsNull() {
		return a.Equal(b)
	}
	return strings.EqualFold(a.ValueString(), b.ValueString())
}
