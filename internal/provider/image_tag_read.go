package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

func (r *imageTagResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state imageTagModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// Before anything can remove the resource: without an identity the framework refuses a removal.
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, state)...)
	timeout, diags := state.Timeouts.Read(ctx, r.timeout)
	resp.Diagnostics.Append(diags...)
	known, diags := loadTagPrivate(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	private := known
	private.ProjectUnknown = r.provider.defaultProject() == ""
	if private.Owner == "" {
		private.Owner = newOwner()
	}

	// The timeout is the one of the state, which no configuration can raise before a refresh has succeeded.
	ctx, cancel := context.WithTimeout(ctx, max(timeout, r.timeout))
	defer cancel()
	claim := r.provider.claim(state.address(), private.Owner)
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

// refresh brings a state up to date, as long as the service can be called.
func (r *imageTagResource) refresh(ctx context.Context, state imageTagModel, private *tagPrivate, resp *resource.ReadResponse) {
	if !r.provider.ready() {
		return
	}
	address := state.address()
	tag, found, err := r.current(ctx, address, state.tag(*private))
	if err != nil {
		resp.Diagnostics.Append(errorDiagnostic("read", address, err))
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
		return // as it was
	}
	state.Value, state.ID = value, id
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// current returns the tag as it is now, if it is there. The one of the state is, if a list of all images confirms it.
func (r *imageTagResource) current(ctx context.Context, address tagAddress, known ims.Tag) (ims.Tag, bool, error) {
	if r.provider.reader.Confirm(ctx, address.image, known) {
		return known, true, nil
	}
	tags, err := r.provider.reader.Tags(ctx, address.image)
	if ims.IsImageNotFound(err) {
		return ims.Tag{}, false, nil
	}
	if err != nil {
		return ims.Tag{}, false, err
	}
	tag, found := findTag(address.key, tags)
	return tag, found, nil
}
