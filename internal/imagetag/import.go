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
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// imported is what an import names. The region and the project are empty if they are those of the provider.
type imported struct {
	region  string
	address tagAddress
}

// ImportState imports a tag by its ID or its identity. It reads the tags of the image, so that the error for a missing tag
// can list those that exist. The read that follows needs no further call.
func (r *tagResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	named, diags := parseImport(ctx, req)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	m := r.importedModel(named)
	resp.Diagnostics.Append(r.checkImport(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, m.identity())...)
	if remarks := r.remarkElsewhere(m, named); len(remarks) > 0 {
		resp.Diagnostics.Append(remarks...)
		resp.Diagnostics.Append(tagPrivate{Elsewhere: true}.save(ctx, resp.Private)...)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, regionPath, m.Region)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, projectPath, m.ProjectID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("image_id"), m.ImageID)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("key"), m.Key)...)
}

// parseImport reads the import ID, or the identity (Terraform 1.12 and later).
func parseImport(ctx context.Context, req resource.ImportStateRequest) (imported, diag.Diagnostics) {
	if req.ID != "" {
		named, err := parseImportID(req.ID)
		return named, importDiagnostics(err)
	}
	var identity identityModel
	if diags := req.Identity.Get(ctx, &identity); diags.HasError() {
		return imported{}, diags
	}
	named, err := identity.imported()
	return named, importDiagnostics(err)
}

func importDiagnostics(err error) diag.Diagnostics {
	if err == nil {
		return nil
	}
	return diag.Diagnostics{diag.NewErrorDiagnostic("Cannot import image tag", err.Error())}
}

// importedModel returns the tag that an import names, in the place of the provider where the import names none. The project of
// another region is not known yet.
func (r *tagResource) importedModel(named imported) model {
	m := model{
		Region:    types.StringValue(named.region),
		ProjectID: types.StringValue(named.address.image.ProjectID),
		ImageID:   types.StringValue(named.address.image.ID),
		Key:       types.StringValue(named.address.key),
	}
	if named.region == "" {
		m.Region = types.StringNull()
		if own := r.service.DefaultRegion(); own != "" {
			m.Region = types.StringValue(own)
		}
	}
	if named.address.image.ProjectID == "" && r.service.IsDefaultRegion(named.region) {
		m.ProjectID = types.StringValue(r.service.DefaultProject())
	}
	return m
}

// checkImport sets the project of another region, and returns an error if the tag does not exist.
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
	tags, err := connection.Store.Tags(ctx, m.address().image)
	if err != nil {
		return diag.Diagnostics{explain.Error(explain.Import, m.subject(), err)}
	}
	if _, found := store.Find(m.address().key, tags); !found {
		return diag.Diagnostics{missingDiagnostic(*m, tags)}
	}
	return nil
}

// remarkElsewhere says what the configuration of a tag needs that was imported from another region or project than the
// provider's.
func (r *tagResource) remarkElsewhere(m model, named imported) diag.Diagnostics {
	var remarks diag.Diagnostics
	if !r.service.IsDefaultRegion(m.Region.ValueString()) {
		remarks.Append(otherRegionDiagnostic(m.Key.ValueString(), m.Region.ValueString(), r.service.DefaultRegion()))
	}
	own := r.service.DefaultProject()
	if named.address.image.ProjectID != "" && !strings.EqualFold(named.address.image.ProjectID, own) {
		remarks.Append(elsewhereDiagnostic(m.Key.ValueString(), m.ProjectID.ValueString(), own))
	}
	return remarks
}

// parseImportID reads [{region}/][{project_id}/]{image_id}/{key}. The key is the rest and can contain slashes. The length of
// the key is not checked, because older APIs created longer keys than a configuration can have.
func parseImportID(id string) (imported, error) {
	var named imported
	rest := id
	first, after, _ := strings.Cut(rest, "/")
	isRegion := attribute.RegionPattern.MatchString(first) && !attribute.ProjectIDPattern.MatchString(first) &&
		!attribute.ImageIDPattern.MatchString(first)
	if second, _, _ := strings.Cut(after, "/"); isRegion &&
		(attribute.ProjectIDPattern.MatchString(second) || attribute.ImageIDPattern.MatchString(second)) {
		named.region, rest = first, after
	}
	if first, after, found := strings.Cut(rest, "/"); found && attribute.ProjectIDPattern.MatchString(first) {
		named.address.image.ProjectID, rest = strings.ToLower(first), after
	}
	named.address.image.ID, named.address.key, _ = strings.Cut(rest, "/")
	if err := named.address.check(); err != nil {
		return imported{}, fmt.Errorf("%q is not the ID of an image tag: %w.\n\n%s", id, err, importForm)
	}
	return named, nil
}

const importForm = `Use {image_id}/{key}, {project_id}/{image_id}/{key} for a project other than the provider's, or start
with {region}/ for another region, for example

  0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0/environment

image_id is a UUID, project_id is 32 hexadecimal digits, and the key can contain slashes.`
