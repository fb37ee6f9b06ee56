// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// No validator repeats a value, because the value may be sensitive. If it is not, Terraform shows the line.

// trimmed rejects leading and trailing white space. Some clouds remove it silently, so that every plan would show a change,
// and others reject it.
type trimmed struct{}

func (trimmed) Description(context.Context) string {
	return "must not begin or end with white space"
}

func (v trimmed) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v trimmed) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	value := req.ConfigValue.ValueString()
	leading := len(value) - len(strings.TrimLeftFunc(value, unicode.IsSpace))
	trailing := len(value) - len(strings.TrimRightFunc(value, unicode.IsSpace))
	length := utf8.RuneCountInString(value)
	switch {
	case leading == 0 && trailing == 0:
	case leading == len(value):
		resp.Diagnostics.AddAttributeError(req.Path, "Blank "+req.Path.String(), fmt.Sprintf(
			"Attribute %s must not be blank. It has %s, all of them white space, which the service rejects.",
			req.Path, characters(length)))
	default:
		resp.Diagnostics.AddAttributeError(req.Path, "White space around "+req.Path.String(), fmt.Sprintf(
			"Attribute %s %s. Of its %s, the white space is %s. Some clouds remove it silently and others reject it.",
			req.Path, v.Description(ctx), characters(length), whereSpaceIs(leading > 0, trailing > 0)))
	}
}

func whereSpaceIs(leading, trailing bool) string {
	switch {
	case leading && trailing:
		return "at the beginning and at the end"
	case leading:
		return "at the beginning"
	}
	return "at the end"
}

func characters(count int) string {
	if count == 1 {
		return "1 character"
	}
	return fmt.Sprintf("%d characters", count)
}

// matching rejects values that do not match a pattern.
type matching struct {
	pattern *regexp.Regexp
	message string
}

func (v matching) Description(context.Context) string { return v.message }

func (v matching) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v matching) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	value := req.ConfigValue.ValueString()
	if v.pattern.MatchString(value) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+req.Path.String(), fmt.Sprintf(
		"Attribute %s %s. It has %s.", req.Path, v.message, characters(utf8.RuneCountInString(value))))
}

// minTimeout is the shortest timeout with which an operation can be expected to succeed.
const minTimeout = time.Second

// timeoutValue rejects values that are not durations or are too short.
func timeoutValue() validator.String {
	return Check("must be a duration of at least one second, such as 30s or 1h30m", func(text string) bool {
		timeout, err := time.ParseDuration(text)
		return err == nil && timeout >= minTimeout
	})
}
