// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Check returns a validator that rejects the strings that are not ok. The message follows the name of the attribute, such as
// "must be a duration".
func Check(message string, ok func(string) bool) validator.String { return check{message, ok} }

type check struct {
	message string
	ok      func(string) bool
}

func (v check) Description(context.Context) string { return v.message }

func (v check) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v check) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || v.ok(req.ConfigValue.ValueString()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(), fmt.Sprintf("Attribute %s %s.", req.Path, v.message))
}
