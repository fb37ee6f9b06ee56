// SPDX-License-Identifier: MPL-2.0

package imagetags

import (
	"context"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/instance"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

var idPath = path.Root("id")

// ModifyPlan sets the id and, if the configuration has none, the provider's region and project, and claims the tags. Terraform
// calls it with a null plan before it destroys an instance.
func (r *setResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	private, diags := loadPrivate(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	state := setIn(req.State.Raw)
	if req.Plan.Raw.IsNull() {
		own := r.claims(state.image(), private.Owner)
		own.yieldAll()
		released := own.release(state.keys(), private)
		resp.Diagnostics.Append(released.save(ctx, resp.Private)...)
		return
	}
	r.service.Claims().Planning(service.IsApply(req))
	if r.places().Plan(ctx, setIn(req.Plan.Raw).name(), private.Private, req, resp) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, idPath, setIn(req.Plan.Raw).ImageID)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	planned := r.claimPlanned(ctx, private, req, resp)
	if !reflect.DeepEqual(planned, private) {
		resp.Diagnostics.Append(planned.save(ctx, resp.Private)...)
	}
	if req.State.Raw.IsNull() && private.Replaced {
		return
	}
	resp.Diagnostics.Append(r.checkSweep(ctx, planned, req, resp)...)
	resp.Diagnostics.Append(r.check(ctx, planned, req, resp)...)
}

// claimPlanned claims the tags of an instance, and returns its private data with what the next call of ModifyPlan for the same
// instance needs.
func (r *setResource) claimPlanned(
	ctx context.Context, private setPrivate, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) setPrivate {
	if req.State.Raw.IsNull() {
		return r.claimNew(private, setIn(resp.Plan.Raw))
	}
	if private.Owner == "" {
		private.Owner = instance.NewOwner() // the state was not refreshed since it was imported
	}
	return r.claimAgain(ctx, private, req, resp)
}

// claimNew claims the tags of an instance that will be created. A replacement has the owner of the instance it replaces.
// A new instance has no owner yet, and is given one that it keeps if it is planned again.
func (r *setResource) claimNew(private setPrivate, plan model) setPrivate {
	if !plan.isImageKnown() {
		return private
	}
	if private.Owner == "" {
		private.Owner = store.NewProvisionalOwner()
	}
	r.claims(plan.image(), private.Owner).plan(plan, instance.IsNew(private.Owner))
	return private
}

// claimAgain claims the tags of an existing instance, and releases those that the plan has no longer.
func (r *setResource) claimAgain(
	ctx context.Context, private setPrivate, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) setPrivate {
	state, plan := setIn(req.State.Raw), setIn(resp.Plan.Raw)
	plan.moveTo(private.Staying(plan.place(), state.place()))
	own := r.claims(state.image(), private.Owner)
	own.inState(state.keys(), private)
	released := state.keys()
	switch {
	case !plan.isImageKnown():
		own.yieldAll()
	case plan.image() != state.image():
		own.yieldAll()
		r.claims(plan.image(), private.Owner).plan(plan, true)
		private.Replaced = true
	case plan.Tags.IsUnknown():
		return private // the claims stay undecided: other instances leave the tags in place
	default:
		released = withoutKeys(state.keys(), plan.keys())
		update := changeRequest{verb: explain.Update, state: state, plan: plan, private: private}
		private.Leave = nil
		for _, key := range released {
			if update.leaves(key) {
				private.Leave = append(private.Leave, key)
			}
		}
		if needsUpdate(own, private, req, resp) {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, idPath, types.StringUnknown())...)
		}
		own.plan(plan, state.sweeps(plan))
	}
	return own.release(released, private)
}

// needsUpdate reports whether a set has to be updated although nothing may change:
//   - Another instance may delete a tag that stays, which was found when the tag was read, or plans to delete one in a plan without
//     a refresh. Update writes the tag again after the delete. If the claim comes before the delete, the delete is skipped and
//     Update writes nothing.
//   - The configuration now has a key that was foreign, or of which it was not sure who wrote it. Update records that it is its own.
//
// Terraform accepts an update that changes nothing.
func needsUpdate(own claims, private setPrivate, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) bool {
	unchanged := resp.Plan.Raw.Equal(req.State.Raw)
	return slices.ContainsFunc(setIn(resp.Plan.Raw).keys(), func(key string) bool {
		claim := own.of(key)
		isAdopted := private.isForeign(key) || private.isUnsure(key)
		return private.rewrites(key) || unchanged && (isAdopted || !claim.WasRead() && claim.Threatened())
	})
}

func withoutKeys(keys, removed []string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return slices.Contains(removed, key) })
}
