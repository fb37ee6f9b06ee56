// SPDX-License-Identifier: MPL-2.0

// Package imagetag is the resource ims_image_tag: one tag of one image.
package imagetag

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/instance"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

var (
	_ resource.Resource                = (*tagResource)(nil)
	_ resource.ResourceWithConfigure   = (*tagResource)(nil)
	_ resource.ResourceWithIdentity    = (*tagResource)(nil)
	_ resource.ResourceWithImportState = (*tagResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*tagResource)(nil)
)

// tagResource is ims_image_tag.
type tagResource struct {
	service *service.Service
	timeout time.Duration // of an operation whose timeout is not configured
}

// NewResource returns the resource ims_image_tag. The timeout is that of an operation whose timeout is not configured.
func NewResource(timeout time.Duration) resource.Resource { return &tagResource{timeout: timeout} }

func (r *tagResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image_tag"
}

func (r *tagResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	configured, diags := service.From(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.service = configured
}

func (r *tagResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	r.service.Claims().Applying()
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := plan.Timeouts.Create(ctx, r.timeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	at, diags := r.places().Complete(ctx, plan.subject(), plan.place())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.moveTo(at)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)

	private := tagPrivate{Owner: instance.NewOwner()}
	claim := r.claim(plan.address(), private.Owner)
	claim.Adopt()
	resp.Diagnostics.Append(r.write(ctx, explain.Create, plan, private)...)
	if resp.Diagnostics.HasError() {
		claim.Drop()
		return
	}
	resp.Diagnostics.Append(private.save(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

func (r *tagResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	r.service.Claims().Applying()
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(instance.SetIdentity(ctx, resp.Identity, state.identity())...)
	timeout, diags := plan.Timeouts.Update(ctx, r.timeout)
	resp.Diagnostics.Append(diags...)
	private, diags := loadTagPrivate(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(r.places().CheckUpdate(state.subject(), state.place(), plan.place())...)
	if resp.Diagnostics.HasError() {
		return
	}

	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	claim := r.claim(plan.address(), private.Owner)
	claim.Hold() // from here on, deletes of other instances are skipped; one that came before is undone by the write
	if !plan.Value.Equal(state.Value) || claim.Threatened() {
		resp.Diagnostics.Append(r.write(ctx, explain.Update, plan, private)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	private.Keep, private.Rewrite, private.PlaceUnknown = false, false, false
	resp.Diagnostics.Append(private.save(ctx, resp.Private)...)
	plan.ID = plan.plannedID()
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

func (r *tagResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	r.service.Claims().Applying()
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := state.Timeouts.Delete(ctx, r.timeout)
	resp.Diagnostics.Append(diags...)
	private, diags := loadTagPrivate(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	address := state.address()
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	claim := r.claim(address, private.Owner)
	if private.Keep {
		resp.Diagnostics.Append(explain.Kept(address.image, address.key))
		r.service.Leave(state.place().Connection(), address.image, claim)
		return
	}
	connection, diags := r.connect(ctx, explain.Delete, state)
	resp.Diagnostics.Append(diags...)
	if diags.HasError() {
		return
	}
	err := connection.Store.Delete(ctx, address.image, private.sentKey(address), claim)
	if errors.Is(err, store.ErrClaimed) {
		resp.Diagnostics.Append(explain.Kept(address.image, address.key))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(explain.Error(explain.Delete, state.subject(), err))
	}
}

// write writes a tag, for Create and Update: the service has one call for both.
func (r *tagResource) write(ctx context.Context, verb explain.Verb, plan model, private tagPrivate) diag.Diagnostics {
	connection, diags := r.connect(ctx, verb, plan)
	if diags.HasError() {
		return diags
	}
	image, claim := plan.address().image, r.claim(plan.address(), private.Owner)
	var err error
	if verb == explain.Create && plan.refusesToOverwrite() {
		err = connection.Store.WriteNew(ctx, image, plan.tag(private), claim)
	} else {
		err = connection.Store.Write(ctx, image, plan.tag(private), claim)
	}
	var exists *store.ExistsError
	if errors.As(err, &exists) {
		return diag.Diagnostics{r.existsDiagnostic(plan, exists)}
	}
	if ims.IsTooManyTags(err) {
		return diag.Diagnostics{explain.Error(verb, plan.subject(), err, existingTags(ctx, connection.Store, image))}
	}
	if err != nil {
		return diag.Diagnostics{explain.Error(verb, plan.subject(), err)}
	}
	return nil
}

// existingTags lists the tags of an image that has the maximum of tags. It is empty if they cannot be read.
func existingTags(ctx context.Context, from *store.Store, image ims.Image) string {
	tags, err := from.Tags(ctx, image)
	if err != nil {
		return ""
	}
	return explain.Keys(tags)
}

// claim returns the claim of an instance to a tag, which the other instances of the same provider configuration see.
func (r *tagResource) claim(address tagAddress, owner string) store.Claim {
	return r.service.Claim(address.image, address.key, owner)
}
