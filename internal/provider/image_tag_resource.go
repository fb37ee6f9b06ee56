package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

var (
	_ resource.Resource                = (*imageTagResource)(nil)
	_ resource.ResourceWithConfigure   = (*imageTagResource)(nil)
	_ resource.ResourceWithIdentity    = (*imageTagResource)(nil)
	_ resource.ResourceWithImportState = (*imageTagResource)(nil)
	_ resource.ResourceWithModifyPlan  = (*imageTagResource)(nil)
)

// defaultTimeout leaves room for several windows of the service's throttling, which last up to five minutes.
const defaultTimeout = 20 * time.Minute

var projectPath = path.Root("project_id")

// imageTagResource is ims_image_tag.
type imageTagResource struct {
	provider *providerData
	timeout  time.Duration // of an operation whose timeout is not configured
}

func (r *imageTagResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image_tag"
}

func (r *imageTagResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if req.ProviderData == nil {
		return // validation runs without a configured provider
	}
	data, ok := req.ProviderData.(*providerData)
	if !ok {
		resp.Diagnostics.AddError("Wrong provider data", "The provider handed the resource something else than its own "+
			"data. This is a fault of the provider; please report it.")
		return
	}
	r.provider = data
}

func (r *imageTagResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan imageTagModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, plan.identity())...)
	timeout, diags := plan.Timeouts.Create(ctx, r.timeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}

	private := tagPrivate{Owner: newOwner()}
	claim := r.provider.claim(plan.address(), private.Owner)
	claim.Hold()
	resp.Diagnostics.Append(r.write(ctx, timeout, "create", plan, private)...)
	if resp.Diagnostics.HasError() {
		claim.Drop()
		r.provider.claim(plan.address(), plannedOwner).Drop()
		return
	}
	resp.Diagnostics.Append(private.save(ctx, resp.Private)...)
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

func (r *imageTagResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state imageTagModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(setIdentity(ctx, resp.Identity, state)...)
	timeout, diags := plan.Timeouts.Update(ctx, r.timeout)
	resp.Diagnostics.Append(diags...)
	private, diags := loadTagPrivate(ctx, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.address() != state.address() {
		resp.Diagnostics.Append(projectTurnedOutDiagnostic(state.address(), plan.address().image.ProjectID))
		return
	}

	claim := r.provider.claim(plan.address(), private.Owner)
	claim.Hold() // a delete for another instance is left out from here on; one that was begun before is made good
	if !plan.Value.Equal(state.Value) || claim.Threatened() {
		resp.Diagnostics.Append(r.write(ctx, timeout, "update", plan, private)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	private.Keep, private.Rewrite, private.ProjectUnknown = false, false, false
	resp.Diagnostics.Append(private.save(ctx, resp.Private)...)
	plan.ID = plan.plannedID()
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

func (r *imageTagResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state imageTagModel
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
	if private.Keep {
		resp.Diagnostics.Append(keptDiagnostic(address))
		return
	}
	if !r.provider.ready() {
		resp.Diagnostics.Append(notReadyDiagnostic("delete", address))
		return
	}

	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := r.provider.writer.Delete(ctx, address.image, private.sentKey(address), r.provider.claim(address, private.Owner))
	if errors.Is(err, ims.ErrClaimed) {
		resp.Diagnostics.Append(keptDiagnostic(address))
		return
	}
	if err != nil {
		resp.Diagnostics.Append(errorDiagnostic("delete", address, err))
	}
}

// write is what Create and Update have in common: the service has one call for both.
func (r *imageTagResource) write(
	ctx context.Context, timeout time.Duration, verb string, plan imageTagModel, private tagPrivate,
) diag.Diagnostics {
	address := plan.address()
	if !r.provider.ready() {
		return diag.Diagnostics{notReadyDiagnostic(verb, address)}
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	err := r.provider.writer.Write(ctx, address.image, plan.tag(private))
	if ims.IsTooManyTags(err) {
		return diag.Diagnostics{errorDiagnostic(verb, address, err, r.tagsThere(ctx, address.image))}
	}
	if err != nil {
		return diag.Diagnostics{errorDiagnostic(verb, address, err)}
	}
	return nil
}

// tagsThere says which tags an image has that takes no more of them. It says nothing if that cannot be read.
func (r *imageTagResource) tagsThere(ctx context.Context, image ims.Image) string {
	tags, err := r.provider.reader.Tags(ctx, image)
	if err != nil {
		return ""
	}
	return keysThere(tags)
}
