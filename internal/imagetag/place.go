// SPDX-License-Identifier: MPL-2.0

package imagetag

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/place"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
)

// places finds out where tags are.
func (r *tagResource) places() place.Resolver { return place.Resolver{Service: r.service} }

// connect returns the connection to the place of a tag.
func (r *tagResource) connect(ctx context.Context, verb explain.Verb, m model) (*service.Connection, diag.Diagnostics) {
	return r.places().Connect(ctx, verb, m.subject(), m.place())
}

// planPlace plans region and project_id, and id if anything changes.
func (r *tagResource) planPlace(
	ctx context.Context, private tagPrivate, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	if r.places().Plan(ctx, tagIn(req.Plan.Raw).name(), private.Private, req, resp) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, idPath, tagIn(resp.Plan.Raw).plannedID())...)
	}
}
