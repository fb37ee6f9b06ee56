// SPDX-License-Identifier: MPL-2.0

package imagetag

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/instance"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

var idPath = path.Root("id")

// ModifyPlan sets the id and, if the configuration has none, the provider's region and project, and claims the tag. Terraform
// calls it with a null plan before it destroys an instance.
func (r *tagResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	private, diags := loadTagPrivate(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if req.Plan.Raw.IsNull() {
		resp.Diagnostics.Append(r.release(tagIn(req.State.Raw), private).save(ctx, resp.Private)...)
		return
	}
	r.service.Claims().Planning(service.IsApply(req))
	if r.places().Plan(ctx, tagIn(req.Plan.Raw).name(), private.Private, req, resp) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, idPath, tagIn(resp.Plan.Raw).plannedID())...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	planned := r.claimPlanned(ctx, private, req, resp)
	if planned != private {
		resp.Diagnostics.Append(planned.save(ctx, resp.Private)...)
	}
	if !req.State.Raw.IsNull() || !private.Replaced {
		resp.Diagnostics.Append(r.check(ctx, planned, req, resp)...)
	}
}

// claimPlanned claims the tag of an instance, and returns its private data with what the next call of ModifyPlan for the same
// instance needs.
func (r *tagResource) claimPlanned(
	ctx context.Context, private tagPrivate, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) tagPrivate {
	if req.State.Raw.IsNull() {
		return r.claimNew(private, tagIn(resp.Plan.Raw))
	}
	if private.Owner == "" {
		private.Owner = instance.NewOwner() // the state is of an older version, and was not refreshed
	}
	return r.claimAgain(ctx, private, req, resp)
}

// release gives up the claim to the tag in a state. The returned private data says whether Delete must keep the tag, because
// another instance owns it.
func (r *tagResource) release(state model, private tagPrivate) tagPrivate {
	claim := r.claim(state.address(), private.Owner)
	if private.Keep {
		claim.Yield()
		return private
	}
	private.Keep = !claim.WillDelete()
	return private
}

// claimNew claims the tag of an instance that will be created. A replacement has the owner of the instance it replaces.
// A new instance has no owner yet, and is given one that it keeps if it is planned again.
func (r *tagResource) claimNew(private tagPrivate, plan model) tagPrivate {
	if !plan.isAddressKnown() {
		return private
	}
	if private.Owner == "" {
		private.Owner = store.NewProvisionalOwner()
	}
	r.claim(plan.address(), private.Owner).HoldValue(plan.knownValue())
	return private
}

// claimAgain claims the tag of an existing instance. If the plan changes the image or the key, it releases the old tag.
func (r *tagResource) claimAgain(
	ctx context.Context, private tagPrivate, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) tagPrivate {
	state, plan := tagIn(req.State.Raw), tagIn(resp.Plan.Raw)
	plan.moveTo(private.Staying(plan.place(), state.place()))
	claim := r.claim(state.address(), private.Owner)
	claim.InState()
	switch {
	case !plan.isAddressKnown():
		return r.release(state, private)
	case plan.address() != state.address():
		r.claim(plan.address(), private.Owner).HoldValue(plan.knownValue())
		private.Replaced = true
		return r.release(state, private)
	case private.Rewrite, isThreatened(claim, req, resp):
		claim.HoldValue(plan.knownValue())
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, idPath, types.StringUnknown())...)
	default:
		claim.HoldValue(plan.knownValue())
	}
	return private
}

// isThreatened reports whether another instance plans to delete a tag that does not change, in a plan without a refresh.
// Such a tag is planned as an update, so that Update can write the tag again after the delete. If the claim comes before the
// delete, the delete is skipped and Update writes nothing: Terraform accepts an update that changes nothing.
func isThreatened(claim store.Claim, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) bool {
	return !claim.WasRead() && resp.Plan.Raw.Equal(req.State.Raw) && claim.Threatened()
}
