package imagetags

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/instance"
)

// maxPlanRead is how long a plan waits for the tags that a new exclusive set will remove.
const maxPlanRead = time.Minute

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
		released := r.claims(state.image(), private.Owner).release(state.keys(), private)
		resp.Diagnostics.Append(released.save(ctx, resp.Private)...)
		return
	}
	if r.places().Plan(ctx, setIn(req.Plan.Raw).name(), private.Private, req, resp) {
		resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, idPath, setIn(req.Plan.Raw).ImageID)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan := setIn(resp.Plan.Raw)
	resp.Diagnostics.Append(r.checkForeign(ctx, state, plan)...)
	if req.State.Raw.IsNull() {
		r.claimNew(private, plan)
		return
	}
	r.claimAgain(ctx, private, req, resp)
}

// claimNew claims the tags of an instance that will be created. A replacement has the owner of the instance it replaces.
func (r *setResource) claimNew(private setPrivate, plan model) {
	if !plan.isImageKnown() {
		return
	}
	owner := private.Owner
	if owner == "" {
		owner = instance.PlannedOwner
	}
	r.claims(plan.image(), owner).hold(plan.keys())
}

// claimAgain claims the tags of an existing instance, and releases those that the plan has no longer.
func (r *setResource) claimAgain(
	ctx context.Context, private setPrivate, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) {
	state, plan := setIn(req.State.Raw), setIn(resp.Plan.Raw)
	if private.PlaceUnknown && plan.ProjectID.IsUnknown() {
		plan.Region, plan.ProjectID = state.Region, state.ProjectID // Update fails if they turn out to be others
	}
	own := r.claims(state.image(), private.Owner)
	released := state.keys()
	switch {
	case !plan.isImageKnown():
	case plan.image() != state.image():
		r.claims(plan.image(), private.Owner).hold(plan.keys())
	case plan.Tags.IsUnknown():
		return // the claims stay undecided: other instances leave the tags in place
	default:
		released = withoutKeys(state.keys(), plan.keys())
		if r.isThreatened(own, private, req, resp) {
			resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, idPath, types.StringUnknown())...)
		}
		own.hold(plan.keys())
	}
	if len(released) > 0 {
		resp.Diagnostics.Append(own.release(released, private).save(ctx, resp.Private)...)
	}
}

// isThreatened reports whether another instance may delete a tag that stays, which was found when the tag was read, or plans
// to delete one in a plan without a refresh. Such a set is planned as an update, so that Update can write the tag again after
// the delete. If the claim comes before the delete, the delete is skipped and Update writes nothing: Terraform accepts an
// update that changes nothing.
func (r *setResource) isThreatened(
	own claims, private setPrivate, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) bool {
	unchanged := resp.Plan.Raw.Equal(req.State.Raw)
	return slices.ContainsFunc(setIn(resp.Plan.Raw).keys(), func(key string) bool {
		claim := own.of(key)
		return private.rewrites(key) || unchanged && !claim.WasRead() && claim.Threatened()
	})
}

// checkForeign warns of the tags that a set removes when it is created as exclusive or becomes exclusive: its state does not
// have them, so that the plan cannot show them as changes. It stays silent if they cannot be read.
func (r *setResource) checkForeign(ctx context.Context, state, plan model) diag.Diagnostics {
	isNew := plan.Exclusive.ValueBool() && (!state.Exclusive.ValueBool() || state.image() != plan.image())
	if !isNew || !r.service.IsReady() || !plan.isImageKnown() || plan.Tags.IsUnknown() || plan.IgnoreKeys.IsUnknown() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, min(r.timeout, maxPlanRead))
	defer cancel()
	connection, diags := r.places().Connect(ctx, explain.Create, plan.subject(nil), plan.place())
	if diags.HasError() {
		return nil
	}
	tags, err := connection.Store.Tags(ctx, plan.image())
	if err != nil {
		return nil
	}
	shown := state.Tags.Elements()
	foreign := slices.DeleteFunc(plan.foreign(tags), func(tag ims.Tag) bool { return shown[tag.Key] != nil })
	return foreignDiagnostics(plan, foreign)
}

func withoutKeys(keys, removed []string) []string {
	return slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return slices.Contains(removed, key) })
}
