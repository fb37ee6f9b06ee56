// SPDX-License-Identifier: MPL-2.0

package imagetags

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
)

// setIn returns the set of tags in a plan, a state or a configuration, without its timeouts. It is empty for a null value.
func setIn(raw tftypes.Value) model {
	attributes := attribute.RawObject(raw)
	if attributes == nil {
		return model{}
	}
	return model{
		ID:         attribute.RawString(attributes["id"]),
		Region:     attribute.RawString(attributes["region"]),
		ProjectID:  attribute.RawString(attributes["project_id"]),
		ImageID:    attribute.RawString(attributes["image_id"]),
		Tags:       mapIn(attributes["tags"]),
		Exclusive:  attribute.RawBool(attributes["exclusive"]),
		IgnoreKeys: setOfStringsIn(attributes["ignore_keys"]),
		Overwrite:  attribute.RawBool(attributes["overwrite"]),
	}
}

func mapIn(raw tftypes.Value) types.Map {
	var values map[string]tftypes.Value
	if !raw.IsKnown() {
		return types.MapUnknown(types.StringType)
	}
	if raw.IsNull() || raw.As(&values) != nil {
		return types.MapNull(types.StringType)
	}
	elements := make(map[string]attr.Value, len(values))
	for key, value := range values {
		elements[key] = attribute.RawString(value)
	}
	return types.MapValueMust(types.StringType, elements)
}

func setOfStringsIn(raw tftypes.Value) types.Set {
	var values []tftypes.Value
	if !raw.IsKnown() {
		return types.SetUnknown(types.StringType)
	}
	if raw.IsNull() || raw.As(&values) != nil {
		return types.SetNull(types.StringType)
	}
	elements := make([]attr.Value, len(values))
	for i, value := range values {
		elements[i] = attribute.RawString(value)
	}
	return types.SetValueMust(types.StringType, elements)
}
