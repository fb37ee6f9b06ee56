package attribute

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// DefaultTimeout is the time limit of an operation whose timeout is not configured. It leaves room for several windows of
// the service's rate limit, which last up to five minutes.
const DefaultTimeout = 20 * time.Minute

// Timeouts is the optional time limit of each operation of a resource.
func Timeouts(ctx context.Context) schema.Attribute {
	const form = ", including waits while the service throttles, such as `30s` or `1h30m`. Defaults to `20m`."
	block := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, CreateDescription: "Time limit of a create" + form,
		Read: true, ReadDescription: "Time limit of a read during refresh" + form + " Terraform takes it from the state; a value " +
			"below the default has no effect.",
		Update: true, UpdateDescription: "Time limit of an update" + form,
		Delete: true, DeleteDescription: "Time limit of a delete" + form + " Terraform takes it from the state.",
	})
	nested, ok := block.(schema.SingleNestedAttribute)
	if !ok {
		return block
	}
	nested.MarkdownDescription = "Time limits of the operations, at least one second each. Changing only timeouts sends nothing to the " +
		"service."
	for name, attribute := range nested.Attributes {
		if timeout, ok := attribute.(schema.StringAttribute); ok {
			timeout.Validators = []validator.String{timeoutValue{}}
			nested.Attributes[name] = timeout
		}
	}
	return nested
}
