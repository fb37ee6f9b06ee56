// SPDX-License-Identifier: MPL-2.0

package imagetag

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/instance"
)

func (r *tagResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// The identity is set before anything can remove the resource: without one, the framework rejects the removal.
	resp.Diagnostics.Append(instance.SetIdentity(ctx, resp.Identity, state.identity())...)
	timeout, diags := state.Timeouts.Read(ctx, r.timeout)
	resp.Diagnostics.Append(diags...)
	known, diags := loadTagPrivate(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	private := known
	private.Private, private.Replaced = r.places().Refreshed(private.Private, state.place()), false
	if private.Owner == "" {
		private.Owner = instance.NewOwner()
	}

	// The timeout comes from the state, and no configuration can increase it before a refresh has succeeded.
	ctx, cancel := context.WithTimeout(ctx, max(timeout, r.timeout))
	defer cancel()
	r.service.Claims().Reading()
	claim := r.claim(state.address(), private.Owner)
	claim.Read()
	r.refresh(ctx, state, &private, resp)
	if resp.Diagnostics.HasError() || resp.State.Raw.IsNull() {
		claim.Drop()
		return
	}
	others := claim.Judge(ctx)
	private.Keep, private.Rewrite = others.Held, others.Threatened
	if private != known {
		resp.Diagnostics.Append(private.save(ctx, resp.Private)...)
	}
}

// refresh updates a state from the service. It does nothing while settings of the provider are unknown.
func (r *tagResource) refresh(ctx context.Context, state model, private *tagPrivate, resp *resource.ReadResponse) {
	if !r.service.IsReady() {
		return
	}
	connection, diags := r.connect(ctx, explain.Read, state)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	address := state.address()
	tag, found, err := connection.Store.Tag(ctx, address.image, address.key, state.tag(*private))
	if err != nil {
		resp.Diagnostics.Append(explain.Error(explain.Read, state.subject(), err))
		return
	}
	if !found {
		resp.State.RemoveResource(ctx)
		return
	}

	private.Key = ""
	if tag.Key != address.key {
		private.Key = tag.Key
	}
	value, id := types.StringValue(tag.Value), types.StringValue(address.id())
	if value.Equal(state.Value) && id.Equal(state.ID) {
		return
	}
	state.Value, state.ID = value, id
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}
