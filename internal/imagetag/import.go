// SPDX-License-Identifier: MPL-2.0

package imagetag

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/place"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// imported is what an import names. The region and the project are empty if they are those of the provider.
type imported struct {
	region  string
	address tagAddress
}

func (i imported) named() place.Named { return place.Named{Region: i.region, Image: i.address.image} }

// check returns an error if this cannot be a tag. The length of the key is not checked, because older APIs created longer
// keys than a configuration can have.
func (i imported) check() error {
	if err := i.named().Check(); err != nil {
		return err
	}
	if i.address.key == "" {
		return errors.New("the key is missing")
	}
	return nil
}

// ImportState imports a tag by its ID or its identity. It reads the tags of the image, so that the error for a missing tag
// can list those that exist. It sets the value as well: the read that follows then needs no further call, even if the image is
// only listed.
func (r *tagResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	tag, diags := parseImport(ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	m := model{ImageID: types.StringValue(tag.address.image.ID), Key: types.StringValue(tag.address.key)}
	m.moveTo(r.places().Imported(tag.named()))
	resp.Diagnostics.Append(r.checkImport(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
	if remarks := r.places().CheckImported(m.name(), m.place(), tag.named()); len(remarks) > 0 {
		resp.Diagnostics.Append(remarks...)
		resp.Diagnostics.Append(tagPrivate{Private: place.Private{Elsewhere: true}}.save(ctx, resp.Private)...)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("region"), m.Region)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("project_id"), m.ProjectID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("image_id"), m.ImageID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("key"), m.Key)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("value"), m.Value)...)
}

// parseImport reads the import ID, or the identity (Terraform 1.12 and later).
func parseImport(ctx context.Context, req resource.ImportStateRequest) (imported, diag.Diagnostics) {
	if req.ID != "" {
		tag, err := parseImportID(req.ID)
		return tag, explain.InvalidImport("image tag", err)
	}
	var identity identityModel
	if diags := req.Identity.Get(ctx, &identity); diags.HasError() {
		return imported{}, diags
	}
	tag, err := identity.imported()
	return tag, explain.InvalidImport("image tag", err)
}

// checkImport sets the project of another region and the value, and returns an error if the tag does not exist.
func (r *tagResource) checkImport(ctx context.Context, m *model) diag.Diagnostics {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	connection, diags := r.connect(ctx, explain.Import, *m)
	if diags.HasError() {
		return diags
	}
	if m.ProjectID.ValueString() == "" {
		m.ProjectID = types.StringValue(connection.ProjectID)
	}
	address := m.address()
	hasKey := func(tags []ims.Tag) bool { _, found := store.Find(address.key, tags); return found }
	tags, err := connection.Store.TagsOrListed(ctx, address.image, hasKey)
	if err != nil {
		return diag.Diagnostics{explain.Error(explain.Import, m.subject(), err)}
	}
	tag, found := store.Find(address.key, tags)
	if !found {
		return diag.Diagnostics{missingDiagnostic(*m, tags)}
	}
	m.Value = types.StringValue(tag.Value)
	return nil
}

// parseImportID reads [{region}/][{project_id}/]{image_id}/{key}. The key is the rest and can contain slashes.
func parseImportID(id string) (imported, error) {
	named, key := place.ParseID(id)
	tag := imported{region: named.Region, address: tagAddress{image: named.Image, key: key}}
	if err := tag.check(); err != nil {
		return imported{}, fmt.Errorf("%q is not the ID of an image tag: %w.\n\n%s", id, err, importForm)
	}
	return tag, nil
}

const importForm = `Use {image_id}/{key}, {project_id}/{image_id}/{key} for a project other than the provider's, or start
with {region}/ for another region, for example

  0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0/environment

image_id is a UUID, project_id is 32 hexadecimal digits, and the key can contain slashes.`
