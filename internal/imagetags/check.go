// SPDX-License-Identifier: MPL-2.0

package imagetags

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"golang.org/x/text/unicode/norm"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/instance"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/plancheck"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

const typeName = "ims_image_tags"

// check compares the planned tags with the other instances and with the tags of the image. It adds nothing while the image is
// unknown, and for new values of tags it reads nothing that the refresh has not read.
func (r *setResource) check(
	ctx context.Context, private setPrivate, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) diag.Diagnostics {
	state, plan := setIn(req.State.Raw), setIn(resp.Plan.Raw)
	if !plan.isImageKnown() || !r.service.ChecksPlans() {
		return nil
	}
	own := r.claims(plan.image(), private.Owner)
	checked := plancheck.Plan{
		Type: typeName, Place: plan.place().Connection(), Image: plan.image(), Owner: private.Owner,
		ImportsAll: true,
	}
	isApply := service.IsApply(req)
	if req.State.Raw.IsNull() || plan.image() != state.image() {
		checked.Tags = r.checkedTags(plan, plan.keys(), r.places().ImportID(plan.place(), plan.image().ID))
		checked.Reads = !isApply
		checked.IsNew = !req.State.Raw.IsNull() || instance.IsNew(private.Owner)
		return plancheck.Check(ctx, r.service, checked)
	}
	added := withoutKeys(plan.keys(), state.keys())
	checked.Tags = r.checkedTags(plan, added, "")
	checked.Kept = r.checkedTags(plan, withoutKeys(plan.keys(), added), "")
	checked.IsUnread = !own.wereRead(state.keys())
	checked.Reads = !isApply && (len(added) > 0 || checked.IsUnread && !plan.Tags.Equal(state.Tags))
	return plancheck.Check(ctx, r.service, checked)
}

// checkedTags are the tags of a plan with these keys.
func (r *setResource) checkedTags(plan model, keys []string, importID string) []plancheck.Tag {
	values := plan.knownValues()
	checked := make([]plancheck.Tag, len(keys))
	for i, key := range keys {
		checked[i] = plancheck.Tag{
			Key: key, Value: values[key], Path: path.Root("tags").AtMapKey(key), ImportID: importID, Refuses: plan.refusesToOverwrite(),
		}
	}
	return checked
}

// checkSweep warns of the tags that a set removes although its state does not have them, so that the plan cannot show them as
// changes. It claims their deletes, so that they take up no room.
func (r *setResource) checkSweep(
	ctx context.Context, private setPrivate, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) diag.Diagnostics {
	state, plan := setIn(req.State.Raw), setIn(resp.Plan.Raw)
	plan.moveTo(private.Staying(plan.place(), state.place()))
	if state.image() != plan.image() {
		state = model{} // of the new image, a replacement has nothing yet
	}
	if service.IsApply(req) || !state.sweeps(plan) {
		return nil
	}
	if !plan.isImageKnown() || !plan.ownsAll() {
		return sweepDiagnostics(plan, nil)
	}
	tags, err := r.service.Peek(ctx, plan.place().Connection(), plan.image())
	switch {
	case ims.IsImageNotFound(err):
		return nil // which is told elsewhere
	case err != nil:
		return sweepDiagnostics(plan, nil)
	}
	own, shown := r.claims(plan.image(), private.Owner), state.Tags.Elements()
	foreign := slices.DeleteFunc(plan.foreign(tags), func(tag ims.Tag) bool { return shown[norm.NFC.String(tag.Key)] != nil })
	for _, tag := range foreign {
		own.of(norm.NFC.String(tag.Key)).WillDelete()
	}
	if len(foreign) == 0 {
		return nil
	}
	return sweepDiagnostics(plan, foreign)
}

// existsDiagnostic says that a key was not added, because the image has it with another value.
func (c changeRequest) existsDiagnostic(exists *store.ExistsError) diag.Diagnostic {
	plan, tag := c.plan, exists.Tag
	return explain.Exists(plan.subject(nil).Summary(c.verb), path.Root("tags").AtMapKey(tag.Key),
		explain.Tag(plan.Region.ValueString(), plan.image(), tag.Key), tag.Value, "To keep the value, set it here or remove the key.")
}
