// SPDX-License-Identifier: MPL-2.0

package attribute

import "github.com/hashicorp/terraform-plugin-framework/resource/identityschema"

// ImageIdentity is the part of a resource identity that names an image. It is unique across all provider configurations.
func ImageIdentity() map[string]identityschema.Attribute {
	return map[string]identityschema.Attribute{
		"project_id": identityschema.StringAttribute{
			OptionalForImport: true,
			Description:       "ID of the project that the image belongs to. Defaults to the project of the provider, or to that of region.",
		},
		"region": identityschema.StringAttribute{
			OptionalForImport: true,
			Description:       "Region of the image. Defaults to the region of the provider.",
		},
		"image_id": identityschema.StringAttribute{
			RequiredForImport: true,
			Description:       "ID of the image, a UUID.",
		},
	}
}
