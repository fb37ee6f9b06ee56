package imagetag

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// ImportState imports a tag by its ID or its identity. It reads the tags of the image, so that the error for a missing tag
// can list those that exist. The read that follows needs no further call.
func (r *tagResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	address, diags := r.importAddress(ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	imported := identityModel{
		ProjectID: types.StringValue(address.image.ProjectID),
		ImageID:   types.StringValue(address.image.ID),
		Key:       types.StringValue(address.key),
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, imported)...)
	resp.Diagnostics.Append(r.checkImport(ctx, address)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if fallback := r.service.DefaultProject(); !strings.EqualFold(address.image.ProjectID, fallback) {
		resp.Diagnostics.Append(elsewhereDiagnostic(address.key, address.image.ProjectID, fallback))
		resp.Diagnostics.Append(tagPrivate{Elsewhere: true}.save(ctx, resp.Private)...)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("project_id"), imported.ProjectID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("image_id"), imported.ImageID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("key"), imported.Key)...)
}

// importAddress returns the address in the import ID, or in the identity (Terraform 1.12 and later).
func (r *tagResource) importAddress(ctx context.Context, req resource.ImportStateRequest) (tagAddress, diag.Diagnostics) {
	if req.ID != "" {
		address, err := parseImportID(req.ID, r.service.DefaultProject())
		return address, importDiagnostics(err)
	}
	var identity identityModel
	if diags := req.Identity.Get(ctx, &identity); diags.HasError() {
		return tagAddress{}, diags
	}
	address, err := identity.address(r.service.DefaultProject())
	return address, importDiagnostics(err)
}

func importDiagnostics(err error) diag.Diagnostics {
	if err == nil {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("Cannot import image tag", err.Error())}
}

func (r *tagResource) checkImport(ctx context.Context, address tagAddress) diag.Diagnostics {
	if !r.service.IsReady() {
		return diag.Diagnostics{explain.NotReady(explain.Import, address.subject())}
	}
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	tags, err := r.service.Store.Tags(ctx, address.image)
	if err != nil {
		return diag.Diagnostics{explain.Error(explain.Import, address.subject(), err)}
	}
	if _, found := store.Find(address.key, tags); !found {
		return diag.Diagnostics{missingDiagnostic(address, tags)}
	}
	return nil
}

// parseImportID reads {image_id}/{key} or {project_id}/{image_id}/{key}. The key is the rest and can contain slashes. The
// length of the key is not checked, because older APIs created longer keys than a configuration can have.
func parseImportID(id, defaultProject string) (tagAddress, error) {
	project, rest := defaultProject, id
	if first, after, found := strings.Cut(id, "/"); found && attribute.ProjectIDPattern.MatchString(first) {
		project, rest = first, after
	}
	image, key, _ := strings.Cut(rest, "/")
	address := tagAddress{image: ims.Image{ProjectID: strings.ToLower(project), ID: image}, key: key}
	if err := address.check(); err != nil {
		return tagAddress{}, fmt.Errorf("%q is not the ID of an image tag: %w.\n\n%s", id, err, importForm)
	}
	return address, nil
}

const importForm = `Use {image_id}/{key}, or {project_id}/{image_id}/{key} for a project other than the provider's, for example

  0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0/environment

image_id is a UUID, project_id is 32 hexadecimal digits, and the key can contain slashes.`
