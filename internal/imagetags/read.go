// SPDX-License-Identifier: MPL-2.0

package imagetags

import (
	"context"
	"maps"
	"reflect"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/instance"
)

// Read removes the resource only if the image does not exist. A set whose tags are all gone stays in the state without tags,
// so that the plan shows the keys that it adds again.
func (r *setResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// The identity is set before anything can remove the resource: without one, the framework rejects the removal.
	resp.Diagnostics.Append(instance.SetIdentity(ctx, resp.Identity, state.identity())...)
	timeout, diags := state.Timeouts.Read(ctx, r.timeout)
	resp.Diagnostics.Append(diags...)
	known, diags := loadPrivate(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	private := known
	private.Private, private.Leave, private.Replaced = r.places().Refreshed(private.Private, state.place()), nil, false
	if private.Owner == "" {
		private.Owner = instance.NewOwner()
	}

	// The timeout comes from the state, and no configuration can increase it before a refresh has succeeded.
	ctx, cancel := context.WithTimeout(ctx, max(timeout, r.timeout))
	defer cancel()
	r.service.Claims().Reading()
	claims, before := r.claims(state.image(), private.Owner), state.keys()
	claims.read(before, private)
	r.refresh(ctx, &state, &private, resp)
	if resp.Diagnostics.HasError() || resp.State.Raw.IsNull() {
		claims.dropOthers(before, nil)
		return
	}
	claims.dropOthers(before, state.tags())
	claims.read(state.keys(), private)
	private.Keep, private.Rewrite = claims.judge(ctx, state.keys())
	if !reflect.DeepEqual(private, known) {
		resp.Diagnostics.Append(private.save(ctx, resp.Private)...)
	}
}

// refresh updates a state from the service. It does nothing while settings of the provider are unknown.
func (r *setResource) refresh(ctx context.Context, state *model, private *setPrivate, resp *resource.ReadResponse) {
	if !r.service.IsReady() {
		return
	}
	subject := state.subject(nil)
	connection, diags := r.places().Connect(ctx, explain.Read, subject, state.place())
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	before := state.tags()
	isKnown := func(tags []ims.Tag) bool { return maps.Equal(state.owned(tags).values, before) }
	tags, found, err := connection.Store.TagSet(ctx, state.image(), isKnown)
	if err != nil {
		resp.Diagnostics.Append(explain.Error(explain.Read, subject, err))
		return
	}
	if !found {
		resp.State.RemoveResource(ctx)
		return
	}

	now := state.owned(tags)
	private.Spelling, private.Others = now.spelling, now.others
	private.Foreign = foreignKeys(private.Foreign, before, now.values)
	if maps.Equal(now.values, before) && state.ID.Equal(state.ImageID) {
		return
	}
	state.ID = state.ImageID
	state.setTags(now.values)
	resp.Diagnostics.Append(resp.State.Set(ctx, *state)...)
}

// foreignKeys returns the keys that the configuration never had: those of before, and those that are new in the state.
func foreignKeys(known []string, before, now map[string]string) []string {
	var foreign []string
	for _, key := range slices.Sorted(maps.Keys(now)) {
		if _, old := before[key]; !old || slices.Contains(known, key) {
			foreign = append(foreign, key)
		}
	}
	return foreign
}
