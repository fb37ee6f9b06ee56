// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// imageTag keeps what it is given.
type imageTag floorProvider

type identity struct {
	Region    types.String `tfsdk:"region"`
	ProjectID types.String `tfsdk:"project_id"`
	ImageID   types.String `tfsdk:"image_id"`
	Key       types.String `tfsdk:"key"`
}

type model struct {
	identity

	ID        types.String `tfsdk:"id"`
	Value     types.String `tfsdk:"value"`
	Overwrite types.Bool   `tfsdk:"overwrite"`
	Timeouts  types.Object `tfsdk:"timeouts"`
}

func (imageTag) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = tagType
}

func (r imageTag) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.schemas().tag
}

func (r imageTag) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = r.schemas().identity
}

func (imageTag) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	plan.Region = types.StringValue("floor-1")
	plan.ProjectID = types.StringValue("0123456789abcdef0123456789abcdef")
	plan.ID = types.StringValue(plan.ImageID.ValueString() + "/" + plan.Key.ValueString())
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity)...)
}

// Read keeps what there is; the framework wants the identity set.
func (imageTag) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, state.identity)...)
}

func (imageTag) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
}

func (imageTag) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
