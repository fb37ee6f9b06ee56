package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Limits of the service for a tag, in code points.
const (
	maxKeyLength   = 36
	maxValueLength = 43
)

func (r *imageTagResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages one tag, a key and its value, of an image.\n\n" +
			"The resource does not touch the other tags of the image, so several configurations, pipelines and people can tag the " +
			"same image. Each key must have only one owner.",
		Attributes: map[string]schema.Attribute{
			"image_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "ID of the image, a UUID in lower case. Changing this forces a new resource.",
				PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
				Validators: []validator.String{
					matching{
						uuidPattern,
						"must be the UUID of an image, 36 characters in lower case such as 0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0",
					},
				},
			},
			"key": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Key of the tag, 1 to 36 Unicode characters, without leading or trailing white " +
					"space. The allowed characters depend on the cloud: Huawei Cloud accepts letters, digits, `_` and `-`, other " +
					"clouds accept all except `= * < > \\ , | /`. Changing this forces a new resource.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				Validators:    []validator.String{stringvalidator.UTF8LengthBetween(1, maxKeyLength), trimmed{}},
			},
			"value": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Value of the tag, up to 43 Unicode characters, without leading or trailing white " +
					"space. It can be empty (`\"\"`). The allowed characters are those of `key`, and on Huawei Cloud also `.`.",
				Validators: []validator.String{stringvalidator.UTF8LengthAtMost(maxValueLength), trimmed{}},
			},
			"project_id": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "ID of the project that the image belongs to, 32 hexadecimal digits. Defaults to the " +
					"project of the provider. Changing this forces a new resource.",
				Validators: []validator.String{
					matching{projectIDPattern, "must be 32 hexadecimal digits: it is the id of a project, not its name"},
				},
			},
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "ID of the tag, in the form `{image_id}/{key}`.",
			},
			"timeouts": timeoutsAttribute(ctx),
		},
	}
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	const form = ", such as `30s` or `1h30m`. Includes the time that the provider waits while the service throttles. " +
		"Defaults to `20m`."
	block := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, CreateDescription: "Timeout of a create" + form,
		Read: true, ReadDescription: "Timeout of a refresh" + form + " The provider takes it from the state. " +
			"It has no effect if it is shorter than the default.",
		Update: true, UpdateDescription: "Timeout of an update" + form,
		Delete: true, DeleteDescription: "Timeout of a delete" + form + " The provider takes it from the state.",
	})
	nested, ok := block.(schema.SingleNestedAttribute)
	if !ok {
		return block
	}
	nested.MarkdownDescription = "Timeouts of the operations, each at least one second. A change of the timeouts alone writes nothing " +
		"to the service."
	for name, attribute := range nested.Attributes {
		if timeout, ok := attribute.(schema.StringAttribute); ok {
			timeout.Validators = []validator.String{timeoutValue{}}
			nested.Attributes[name] = timeout
		}
	}
	return nested
}

func (r *imageTagResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"project_id": identityschema.StringAttribute{
				OptionalForImport: true,
				Description:       "ID of the project that the image belongs to. Defaults to the project of the provider.",
			},
			"image_id": identityschema.StringAttribute{
				RequiredForImport: true,
				Description:       "ID of the image, a UUID.",
			},
			"key": identityschema.StringAttribute{
				RequiredForImport: true,
				Description:       "Key of the tag.",
			},
		},
	}
}
