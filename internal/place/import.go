// SPDX-License-Identifier: MPL-2.0

package place

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Named is the image that an import names. The region and the project are empty if they are those of the provider.
type Named struct {
	Region string
	Image  ims.Image
}

// ParseID reads [{region}/][{project_id}/]{image_id}[/{rest}] and returns the rest as well. It checks nothing: see
// [Named.Check].
func ParseID(id string) (named Named, rest string) {
	rest = id
	first, after, _ := strings.Cut(rest, "/")
	isRegion := attribute.RegionPattern.MatchString(first) && !attribute.ProjectIDPattern.MatchString(first) &&
		!attribute.ImageIDPattern.MatchString(first)
	if second, _, _ := strings.Cut(after, "/"); isRegion &&
		(attribute.ProjectIDPattern.MatchString(second) || attribute.ImageIDPattern.MatchString(second)) {
		named.Region, rest = first, after
	}
	if first, after, found := strings.Cut(rest, "/"); found && attribute.ProjectIDPattern.MatchString(first) {
		named.Image.ProjectID, rest = strings.ToLower(first), after
	}
	named.Image.ID, rest, _ = strings.Cut(rest, "/")
	return named, rest
}

// IdentityNamed returns the image that an identity names.
func IdentityNamed(region, projectID, imageID types.String) Named {
	return Named{
		Region: region.ValueString(),
		Image:  ims.Image{ProjectID: strings.ToLower(projectID.ValueString()), ID: imageID.ValueString()},
	}
}

// Check returns an error if this cannot be an image.
func (n Named) Check() error {
	if n.Region != "" && !attribute.RegionPattern.MatchString(n.Region) {
		return fmt.Errorf("%q is not the name of a region", n.Region)
	}
	if n.Image.ProjectID != "" && !attribute.ProjectIDPattern.MatchString(n.Image.ProjectID) {
		return fmt.Errorf("%q is not a project ID of 32 hexadecimal digits", n.Image.ProjectID)
	}
	if !attribute.ImageIDPattern.MatchString(n.Image.ID) {
		return fmt.Errorf("%q is not the UUID of an image, in lower case", n.Image.ID)
	}
	return nil
}

// Imported returns the place that an import names, or that of the provider where the import names none. The project of
// another region is empty, since it is not known yet.
func (r Resolver) Imported(named Named) Place {
	at := Place{Region: types.StringValue(named.Region), ProjectID: types.StringValue(named.Image.ProjectID)}
	if named.Region == "" {
		at.Region = types.StringNull()
		if own := r.Service.DefaultRegion(); own != "" {
			at.Region = types.StringValue(own)
		}
	}
	if named.Image.ProjectID == "" && r.Service.IsDefaultRegion(named.Region) {
		at.ProjectID = types.StringValue(r.Service.DefaultProject())
	}
	return at
}

// ImportID is the ID to import an image by, or what follows it. It names the region and the project if they are not those of
// the provider.
func (r Resolver) ImportID(at Place, id string) string {
	project := strings.ToLower(at.ProjectID.ValueString())
	switch {
	case !r.Service.IsDefaultRegion(at.Region.ValueString()):
		return at.Region.ValueString() + "/" + project + "/" + id
	case !strings.EqualFold(project, r.Service.DefaultProject()):
		return project + "/" + id
	}
	return id
}

// CheckImported says what the configuration of a resource needs that was imported from another region or project than the
// provider's. Name is the resource in a diagnostic.
func (r Resolver) CheckImported(name string, at Place, named Named) diag.Diagnostics {
	own := r.Service.DefaultProject()
	switch {
	case !r.Service.IsDefaultRegion(at.Region.ValueString()):
		return diag.Diagnostics{otherRegionDiagnostic(name, at, r.Service.DefaultRegion())}
	case named.Image.ProjectID != "" && !strings.EqualFold(named.Image.ProjectID, own):
		return diag.Diagnostics{otherProjectDiagnostic(name, at.ProjectID.ValueString(), own)}
	}
	return nil
}
