// SPDX-License-Identifier: MPL-2.0

package imagetag

import (
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
)

// tagIn returns the tag in a plan, a state or a configuration, without its timeouts. It is empty for a null value.
func tagIn(raw tftypes.Value) model {
	attributes := attribute.RawObject(raw)
	if attributes == nil {
		return model{}
	}
	return model{
		ID:        attribute.RawString(attributes["id"]),
		Region:    attribute.RawString(attributes["region"]),
		ProjectID: attribute.RawString(attributes["project_id"]),
		ImageID:   attribute.RawString(attributes["image_id"]),
		Key:       attribute.RawString(attributes["key"]),
		Value:     attribute.RawString(attributes["value"]),
		Overwrite: attribute.RawBool(attributes["overwrite"]),
	}
}
