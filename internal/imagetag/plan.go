package imagetag

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

var idPath = path.Root("id")

// ModifyPlan fills what can be known before the apply, the id and the provider's project where none is configured, and
// claims the tag.
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
	r.planProject(ctx, private, req, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	if req.State.Raw.IsNull() {
		r.claimNew(private, tagIn(resp.Plan.Raw))
		return
	}
	r.claimAgain(ctx, private, req, resp)
}

// release gives up the claim to the tag of a state, and notes whether the tag stays: it does if another instance has it.
func (r *tagResource) release(state model, private tagPrivate) tagPrivate {
	claim := r.claim(state.address(), private.Owner)
	if private.Keep {
		claim.Yield()
		return private
	}
	private.Keep = !claim.WillDelete()
	return private
}

// claimNew claims the tag of an instance that is created. A replacement has the name of the instance that it replaces.
func (r *tagResource) claimNew(private tagPrivate, plan model) {
	if !plan.isAddressKnown() {
		return
	}
	owner := private.Owner
	if owner == "" {
		owner = plannedOwner
	}
	r.claim(plan.address(), owner).Hold()
}

// claimAgain claims the tag of an instance that is there, and gives up the one that it has had if that is another.
func (r *tagResource) claimAgain(
	ctx context.Context, private tagPrivate, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	state, plan := tagIn(req.State.Raw), tagIn(resp.Plan.Raw)
	if private.ProjectUnknown && plan.ProjectID.IsUnknown() {
		plan.ProjectID = state.ProjectID // if it is another one in the end, the apply ends in an error
	}
	claim := r.claim(state.address(), private.Owner)
	switch {
	case !plan.isAddressKnown():
		resp.Diagnostics.Append(r.release(state, private).save(ctx, resp.Private)...)
	case plan.address() != state.address():
		r.claim(plan.address(), private.Owner).Hold()
		resp.Diagnostics.Append(r.release(state, private).save(ctx, resp.Private)...)
	case private.Rewrite, isThreatened(claim, req, resp):
		claim.Hold()
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, idPath, types.StringUnknown())...)
	default:
		claim.Hold()
	}
}

// isThreatened reports whether a tag that was not read and does not change is deleted for another instance. Without a
// refresh the plan has to make the apply ask again, with an update, since all that the apply knows of it is the action.
// There the claim may come before the delete, which is left out then, and nothing is written: Terraform takes an update
// that turns out to change nothing.
func isThreatened(claim store.Claim, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) bool {
	return !claim.WasRead() && resp.Plan.Raw.Equal(req.State.Raw) && claim.Threatened()
}
