// SPDX-License-Identifier: MPL-2.0

package imagetags

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// identityModel is the resource identity of the tags of an image.
type identityModel struct {
	Region    types.String `tfsdk:"region"`
	ProjectID types.String `tfsdk:"project_id"`
	ImageID   types.String `tfsdk:"image_id"`
}

func (m model) identity() identityModel {
	return identityModel{Region: m.Region, ProjectID: types.StringValue(m.image().ProjectID), ImageID: m.ImageID}
}
