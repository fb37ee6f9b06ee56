package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ImportState takes over a tag by its id or by its identity. It looks the tag up itself, so that a tag that is not
// there ends in an error that says which ones are; the read that follows is served by the same call.
func (r *imageTagResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	address, diags := r.importAddress(ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	imported := imageTagIdentity{
		ProjectID: types.StringValue(address.image.ProjectID),
		ImageID:   types.StringValue(address.image.ID),
		Key:       types.StringValue(address.key),
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, imported)...)
	resp.Diagnostics.Append(r.checkImport(ctx, address)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if fallback := r.provider.defaultProject(); !strings.EqualFold(address.image.ProjectID, fallback) {
		resp.Diagnostics.Append(elsewhereDiagnostic(address.key, address.image.ProjectID, fallback))
		resp.Diagnostics.Append(tagPrivate{Elsewhere: true}.save(ctx, resp.Private)...)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("project_id"), imported.ProjectID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("image_id"), imported.ImageID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("key"), imported.Key)...)
}

// importAddress reads the id of the import, or its identity (Terraform 1.12 and later).
func (r *imageTagResource) importAddress(ctx context.Context, req resource.ImportStateRequest) (tagAddress, diag.Diagnostics) {
	if req.ID != "" {
		address, err := parseImportID(req.ID, r.provider.defaultProject())
		return address, importDiagnostics(err)
	}
	var identity imageTagIdentity
	if diags := req.Identity.Get(ctx, &identity); diags.HasError() {
		return tagAddress{}, diags
	}
	address, err := identity.address(r.provider.defaultProject())
	return address, importDiagnostics(err)
}

func importDiagnostics(err error) diag.Diagnostics {
	if err == nil {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("Cannot import image tag: malformed import", err.Error())}
}

func (r *imageTagResource) checkImport(ctx context.Context, address tagAddress) diag.Diagnostics {
	if !r.provider.ready() {
		return diag.Diagnostics{notReadyDiagnostic("import", address)}
	}
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	tags, err := r.provider.reader.Tags(ctx, address.image)
	if err != nil {
		return diag.Diagnostics{errorDiagnostic("import", address, err)}
	}
	if _, found := findTag(address.key, tags); !found {
		return diag.Diagnostics{absentDiagnostic(address, tags)}
	}
	return nil
}
