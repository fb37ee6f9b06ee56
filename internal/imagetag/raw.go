package imagetag

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// tagIn returns the tag in a plan, a state or a configuration, without its timeouts. It is empty for a null value. Every walk
// plans every tag, and the conversion of the framework, which uses reflection, would take a large part of that time.
func tagIn(raw tftypes.Value) model {
	var attributes map[string]tftypes.Value
	if !raw.IsKnown() || raw.IsNull() || raw.As(&attributes) != nil {
		return model{}
	}
	return model{
		ID:        stringIn(attributes["id"]),
		Region:    stringIn(attributes["region"]),
		ProjectID: stringIn(attributes["project_id"]),
		ImageID:   stringIn(attributes["image_id"]),
		Key:       stringIn(attributes["key"]),
		Value:     stringIn(attributes["value"]),
		Overwrite: boolIn(attributes["overwrite"]),
	}
}

func stringIn(raw tftypes.Value) types.String {
	var text string
	switch {
	case !raw.IsKnown():
		return types.StringUnknown()
	case raw.IsNull() || raw.As(&text) != nil:
		return types.StringNull()
	}
	return types.StringValue(text)
}

func boolIn(raw tftypes.Value) types.Bool {
	var set bool
	switch {
	case !raw.IsKnown():
		return types.BoolUnknown()
	case raw.IsNull() || raw.As(&set) != nil:
		return types.BoolNull()
	}
	return types.BoolValue(set)
}
