// SPDX-License-Identifier: MPL-2.0

package attribute

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// DataImageID is the required image of a data source that belongs to one.
func DataImageID() schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "ID of the image, a UUID in lower case.",
		Validators:          ImageID().Validators,
	}
}

// DataProjectID is the optional project of a data source, by default the provider's.
func DataProjectID() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		Computed: true,
		MarkdownDescription: "ID of the project to read, 32 hexadecimal digits. Defaults to the project of the provider, or to that of " +
			"`region`.",
		Validators: ProjectID().Validators,
	}
}

// DataRegion is the optional region of a data source, by default the provider's.
func DataRegion() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		Computed: true,
		MarkdownDescription: "Region to read. Defaults to the region of the provider. In another region, `project_id` defaults to the " +
			"project of the login in that region, or to the project with the name of the region.",
		Validators: Region().Validators,
	}
}

// DataTimeouts is the optional time limit of a data source.
func DataTimeouts(ctx context.Context) schema.Attribute {
	block := timeouts.AttributesWithOpts(ctx, timeouts.Opts{
		ReadDescription: "Timeout of the read, including waits while the service throttles, such as `30s` or `1h30m`. Defaults to `20m`.",
	})
	nested, ok := block.(schema.SingleNestedAttribute)
	if !ok {
		return block
	}
	nested.MarkdownDescription = "Timeout of the data source, at least one second."
	if timeout, ok := nested.Attributes["read"].(schema.StringAttribute); ok {
		timeout.Validators = []validator.String{timeoutValue()}
		nested.Attributes["read"] = timeout
	}
	return nested
}
