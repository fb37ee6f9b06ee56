// SPDX-License-Identifier: MPL-2.0

// Package imagetags is the resource ims_image_tags: several tags of one image as one map.
package imagetags

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/instance"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/place"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
)

var (
	_ resource.Resource                   = (*setResource)(nil)
	_ resource.ResourceWithConfigure      = (*setResource)(nil)
	_ resource.ResourceWithIdentity       = (*setResource)(nil)
	_ resource.ResourceWithImportState    = (*setResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*setResource)(nil)
	_ resource.ResourceWithValidateConfig = (*setResource)(nil)
)

// setResource is ims_image_tags.
type setResource struct {
	service *service.Service
	timeout time.Duration // of an operation whose timeout is not configured
}

// NewResource returns the resource ims_image_tags. The timeout is that of an operation whose timeout is not configured.
func NewResource(timeout time.Duration) resource.Resource { return &setResource{timeout: timeout} }

func (r *setResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image_tags"
}

func (r *setResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	configured, diags := service.From(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	r.service = configured
}

// places finds out where images are.
func (r *setResource) places() place.Resolver { return place.Resolver{Service: r.service} }

func (r *setResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
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
	at, diags := r.places().Complete(ctx, plan.subject(nil), plan.place())
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.moveTo(at)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)

	private := setPrivate{Owner: instance.NewOwner()}
	claims := r.claims(plan.image(), private.Owner)
	claims.adopt(plan.keys())
	done, diags := r.change(ctx, changeRequest{verb: explain.Create, plan: plan, private: private})
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		claims.dropOthers(plan.keys(), done.tags)
		plan.Exclusive = types.BoolValue(false) // Terraform will destroy what is in the state: not the tags of others
	}
	if len(done.tags) == 0 {
		return
	}
	plan.ID = plan.ImageID
	plan.setTags(done.tags) // all planned ones, unless the create has failed in part
	resp.Diagnostics.Append(private.save(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

func (r *setResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
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
	private, diags := loadPrivate(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(r.places().CheckUpdate(state.subject(nil), state.place(), plan.place())...)
	if resp.Diagnostics.HasError() {
		return
	}

	private.Leave, private.Replaced = nil, false
	// From here on, deletes of other instances are skipped; one that came before is undone by the write.
	r.claims(plan.image(), private.Owner).hold(plan.keys())
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	done, diags := r.change(ctx, changeRequest{verb: explain.Update, state: state, plan: plan, private: private})
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		state.setTags(done.tags)
		private.Unsure = append(private.Unsure, done.unsure...)
		resp.Diagnostics.Append(private.save(ctx, resp.Private)...)
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
		return
	}
	private.Keep, private.Rewrite, private.Foreign, private.Unsure, private.PlaceUnknown = nil, nil, nil, nil, false
	resp.Diagnostics.Append(private.save(ctx, resp.Private)...)
	plan.ID = plan.ImageID
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

func (r *setResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	r.service.Claims().Applying()
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := state.Timeouts.Delete(ctx, r.timeout)
	resp.Diagnostics.Append(diags...)
	private, diags := loadPrivate(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	left, diags := r.change(ctx, changeRequest{verb: explain.Delete, state: state, private: private})
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		state.setTags(left.tags)
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}
