package imagetag

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// tagIn returns the tag that a plan, a state or a configuration holds, without its timeouts; nothing of a null one. Every
// walk plans each tag: the framework's own way, by the names of struct fields, would cost a good part of that.
func tagIn(raw tftypes.Value) model {
	var attributes map[string]tftypes.Value
	if !raw.IsKnown() || raw.IsNull() || raw.As(&attributes) != nil {
		return model{}
	}
	return model{
		ID:        stringIn(attributes["id"]),
		ProjectID: stringIn(attributes["project_id"]),
		ImageID:   stringIn(attributes["image_id"]),
		Key:       stringIn(attributes["key"]),
		Value:     stringIn(attributes["value"]),
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
