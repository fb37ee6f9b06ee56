// SPDX-License-Identifier: MPL-2.0

package imagetag

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/place"
)

// identityModel is the resource identity of a tag. It is unique across all provider configurations.
type identityModel struct {
	Region    types.String `tfsdk:"region"`
	ProjectID types.String `tfsdk:"project_id"`
	ImageID   types.String `tfsdk:"image_id"`
	Key       types.String `tfsdk:"key"`
}

func (m model) identity() identityModel {
	return identityModel{Region: m.Region, ProjectID: types.StringValue(m.address().image.ProjectID), ImageID: m.ImageID, Key: m.Key}
}

// imported returns what an import by this identity names.
func (i identityModel) imported() (imported, error) {
	named := place.IdentityNamed(i.Region, i.ProjectID, i.ImageID)
	tag := imported{region: named.Region, address: tagAddress{image: named.Image, key: i.Key.ValueString()}}
	if err := tag.check(); err != nil {
		return imported{}, fmt.Errorf("the identity is not that of an image tag: %w", err)
	}
	return tag, nil
}
