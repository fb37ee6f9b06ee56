// SPDX-License-Identifier: MPL-2.0

package imagetags

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/place"
)

// ImportState imports all tags of an image that a configuration can have, by the ID of the image or the identity. The read that
// follows needs no further call.
func (r *setResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	named, diags := parseImport(ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	m := model{ImageID: types.StringValue(named.Image.ID), Exclusive: types.BoolValue(false)}
	m.moveTo(r.places().Imported(named))
	resp.Diagnostics.Append(r.readImported(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
	if remarks := r.places().CheckImported(m.name(), m.place(), named); len(remarks) > 0 {
		resp.Diagnostics.Append(remarks...)
		resp.Diagnostics.Append(setPrivate{Private: place.Private{Elsewhere: true}}.save(ctx, resp.Private)...)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), m.ImageID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("region"), m.Region)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("project_id"), m.ProjectID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("image_id"), m.ImageID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("tags"), m.Tags)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("exclusive"), m.Exclusive)...)
}

// parseImport reads the import ID, or the identity (Terraform 1.12 and later).
func parseImport(ctx context.Context, req resource.ImportStateRequest) (place.Named, diag.Diagnostics) {
	if req.ID != "" {
		named, err := parseImportID(req.ID)
		return named, explain.InvalidImport("image tags", err)
	}
	var identity identityModel
	if diags := req.Identity.Get(ctx, &identity); diags.HasError() {
		return place.Named{}, diags
	}
	named := place.IdentityNamed(identity.Region, identity.ProjectID, identity.ImageID)
	if err := named.Check(); err != nil {
		return place.Named{}, explain.InvalidImport("image tags", fmt.Errorf("the identity is not that of an image: %w", err))
	}
	return named, nil
}

// parseImportID reads [{region}/][{project_id}/]{image_id}.
func parseImportID(id string) (place.Named, error) {
	named, rest := place.ParseID(id)
	err := named.Check()
	if err == nil && rest != "" {
		err = fmt.Errorf("%q follows the image, as in the ID of an ims_image_tag", rest)
	}
	if err != nil {
		return place.Named{}, fmt.Errorf("%q is not the ID of an image: %w.\n\n%s", id, err, importForm)
	}
	return named, nil
}

const importForm = `Use {image_id}, {project_id}/{image_id} for a project other than the provider's, or start with
{region}/ for another region, for example

  0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0

image_id is a UUID, and project_id is 32 hexadecimal digits.`

// readImported sets the project of another region and the tags. It returns an error if there are none.
func (r *setResource) readImported(ctx context.Context, m *model) diag.Diagnostics {
	ctx, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	connection, diags := r.places().Connect(ctx, explain.Import, m.subject(nil), m.place())
	if diags.HasError() {
		return diags
	}
	if m.ProjectID.ValueString() == "" {
		m.ProjectID = types.StringValue(connection.ProjectID)
	}
	tags, err := connection.Store.TagsOrListed(ctx, m.image(), func(tags []ims.Tag) bool {
		chosen, _ := attribute.Configurable(tags)
		return len(chosen) > 0
	})
	if err != nil {
		return diag.Diagnostics{explain.Error(explain.Import, m.subject(nil), err)}
	}
	chosen, leftOut := attribute.Configurable(tags)
	if len(chosen) == 0 {
		return diag.Diagnostics{noTagsDiagnostic(*m, tags)}
	}
	m.setTags(byKey(chosen))
	if len(leftOut) > 0 {
		return diag.Diagnostics{leftOutDiagnostic(*m, leftOut)}
	}
	return nil
}
