package imagetag

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/instance"
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
	r.planPlace(ctx, private, req, resp)
	if resp.Diagnostics.HasError() {
		return
	}
	if req.State.Raw.IsNull() {
		r.claimNew(private, tagIn(resp.Plan.Raw))
		return
	}
	r.claimAgain(ctx, private, req, resp)
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
func (r *tagResource) claimNew(private tagPrivate, plan model) {
	if !plan.isAddressKnown() {
		return
	}
	owner := private.Owner
	if owner == "" {
		owner = instance.PlannedOwner
	}
	r.claim(plan.address(), owner).Hold()
}

// claimAgain claims the tag of an existing instance. If the plan changes the image or the key, it releases the old tag.
func (r *tagResource) claimAgain(
	ctx context.Context, private tagPrivate, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	state, plan := tagIn(req.State.Raw), tagIn(resp.Plan.Raw)
	if private.PlaceUnknown && plan.ProjectID.IsUnknown() {
		plan.Region, plan.ProjectID = state.Region, state.ProjectID // Update fails if they turn out to be others
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

// isThreatened reports whether another instance plans to delete a tag that does not change, in a plan without a refresh.
// Such a tag is planned as an update, so that Update can write the tag again after the delete. If the claim comes before the
// delete, the delete is skipped and Update writes nothing: Terraform accepts an update that changes nothing.
func isThreatened(claim store.Claim, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) bool {
	return !claim.WasRead() && resp.Plan.Raw.Equal(req.State.Raw) && claim.Threatened()
}
