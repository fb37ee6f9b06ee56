// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// DefaultTimeout is the time limit of an operation whose timeout is not configured. It leaves room for several windows of
// the service's rate limit, which last up to five minutes.
const DefaultTimeout = 20 * time.Minute

// NoTimeouts is the value of timeouts that are not configured.
func NoTimeouts(ctx context.Context) timeouts.Value {
	attributes := make(map[string]attr.Type)
	if nested, ok := Timeouts(ctx).(schema.SingleNestedAttribute); ok {
		for name, attribute := range nested.Attributes {
			attributes[name] = attribute.GetType()
		}
	}
	return timeouts.Value{Object: types.ObjectNull(attributes)}
}

// Timeouts is the optional time limit of each operation of a resource.
func Timeouts(ctx context.Context) schema.Attribute {
	const form = ", including waits while the service throttles, such as `30s` or `1h30m`. Defaults to `20m`."
	block := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, CreateDescription: "Timeout of a create" + form,
		Read: true, ReadDescription: "Timeout of a refresh" + form + " The provider takes it from the state. A timeout " +
			"below the default has no effect.",
		Update: true, UpdateDescription: "Timeout of an update" + form,
		Delete: true, DeleteDescription: "Timeout of a delete" + form + " The provider takes it from the state.",
	})
	nested, ok := block.(schema.SingleNestedAttribute)
	if !ok {
		return block
	}
	nested.MarkdownDescription = "Timeouts of the operations, at least one second each. If only the timeouts change, the provider sends " +
		"nothing to the service."
	for name, attribute := range nested.Attributes {
		if timeout, ok := attribute.(schema.StringAttribute); ok {
			timeout.Validators = []validator.String{timeoutValue()}
			nested.Attributes[name] = timeout
		}
	}
	return nested
}
