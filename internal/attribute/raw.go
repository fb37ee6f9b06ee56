// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// RawObject returns the attributes of a plan, a state or a configuration. It is empty for a null value. Every walk plans
// every resource, and the conversion of the framework, which uses reflection, would take a large part of that time.
func RawObject(raw tftypes.Value) map[string]tftypes.Value {
	var attributes map[string]tftypes.Value
	if !raw.IsKnown() || raw.IsNull() || raw.As(&attributes) != nil {
		return nil
	}
	return attributes
}

// RawString returns a string attribute.
func RawString(raw tftypes.Value) types.String {
	var text string
	switch {
	case !raw.IsKnown():
		return types.StringUnknown()
	case raw.IsNull() || raw.As(&text) != nil:
		return types.StringNull()
	}
	return types.StringValue(text)
}

// RawBool returns a bool attribute.
func RawBool(raw tftypes.Value) types.Bool {
	var set bool
	switch {
	case !raw.IsKnown():
		return types.BoolUnknown()
	case raw.IsNull() || raw.As(&set) != nil:
		return types.BoolNull()
	}
	return types.BoolValue(set)
}
