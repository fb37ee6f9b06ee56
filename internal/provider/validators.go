package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// trimmed refuses white space at the ends of a text: some clouds remove it without a word, so that what was planned
// would never be what is read, and others refuse it.
type trimmed struct{}

func (trimmed) Description(context.Context) string {
	return "must not begin or end with white space"
}

func (v trimmed) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v trimmed) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	value := req.ConfigValue.ValueString()
	inner := strings.TrimSpace(value)
	if value == inner {
		return
	}
	if inner == "" {
		resp.Diagnostics.AddAttributeError(req.Path, "Blank "+req.Path.String(), fmt.Sprintf(
			"Attribute %s must not be blank, got: %q (length %d). The service refuses a text of white space only.",
			req.Path, value, len([]rune(value))))
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "White space around "+req.Path.String(), fmt.Sprintf(
		"Attribute %s %s, got: %q. Some clouds remove it silently and others refuse it. Write %q instead.",
		req.Path, v.Description(ctx), value, inner))
}
