// SPDX-License-Identifier: MPL-2.0

package imagetag

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/instance"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/plancheck"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

const typeName = "ims_image_tag"

// check compares a planned tag with the other instances and with the tags of its image. It adds nothing while a part of the
// address is unknown, and for a new value of a tag it reads nothing that the refresh has not read.
func (r *tagResource) check(
	ctx context.Context, private tagPrivate, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse,
) diag.Diagnostics {
	plan := tagIn(resp.Plan.Raw)
	if !plan.isAddressKnown() || !r.service.ChecksPlans() {
		return nil
	}
	tag := plancheck.Tag{
		Key: plan.address().key, Value: plan.knownValue(), Path: path.Root("key"), ImportID: r.importID(plan),
		Refuses: plan.refusesToOverwrite(),
	}
	checked := plancheck.Plan{
		Type: typeName, Place: plan.place().Connection(), Image: plan.address().image, Owner: private.Owner,
	}
	state := tagIn(req.State.Raw)
	isApply := service.IsApply(req)
	if req.State.Raw.IsNull() || plan.address() != state.address() {
		checked.Tags = []plancheck.Tag{tag}
		checked.Reads = !isApply
		checked.IsNew = !req.State.Raw.IsNull() || instance.IsNew(private.Owner)
		return plancheck.Check(ctx, r.service, checked)
	}
	checked.Kept = []plancheck.Tag{tag}
	checked.IsUnread = !r.claim(state.address(), private.Owner).WasRead()
	checked.Reads = !isApply && checked.IsUnread && !plan.Value.Equal(state.Value)
	return plancheck.Check(ctx, r.service, checked)
}

// importID is the ID to import a tag by.
func (r *tagResource) importID(m model) string {
	return r.places().ImportID(m.place(), m.address().id())
}

// existsDiagnostic says that Create refused to overwrite a tag.
func (r *tagResource) existsDiagnostic(plan model, exists *store.ExistsError) diag.Diagnostic {
	return explain.Exists(plan.subject().Summary(explain.Create), path.Root("key"), plan.subject(), exists.Tag.Value,
		"To take the tag over, import it. The next apply then writes value, although overwrite is false:\n\n"+
			plancheck.ImportBlock(typeName, r.importID(plan)))
}
