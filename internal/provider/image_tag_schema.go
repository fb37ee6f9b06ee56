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
		MarkdownDescription: "One tag, a key and its value, on one image.\n\n" +
			"Other tags of the image are left alone: several configurations, pipelines and people can tag the same " +
			"image, as long as no two of them own the same key. Writing a tag that is already there takes it over and " +
			"overwrites its value. An image can have ten tags.\n\n" +
			"Rename a resource, or hand it to another configuration of the provider (an alias), with a `moved` block: nothing is " +
			"written then. Without one, the old instance is destroyed and a new one created; the provider leaves the tag in " +
			"place for the new one, with a warning, as far as both take part in the same plan. With `-target` of the old " +
			"instance alone, with `-refresh=false` for a deposed object, and for an old instance of another alias that is " +
			"destroyed in a later apply than the one that created the new one, it cannot know of the new one, and deletes the " +
			"tag; the next plan creates it again.",
		Attributes: map[string]schema.Attribute{
			"image_id": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: "ID of the image, a UUID in lower case. Changing it makes a new tag.",
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
				MarkdownDescription: "Key of the tag, 1 to 36 characters (code points), without white space at either " +
					"end. Which characters are allowed differs by cloud: Huawei Cloud takes letters, digits, `_` and `-`, " +
					"others all but `= * < > \\ , | /`. Changing it makes a new tag.",
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				Validators:    []validator.String{stringvalidator.UTF8LengthBetween(1, maxKeyLength), trimmed{}},
			},
			"value": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "Value of the tag, up to 43 characters (code points), without white space at either " +
					"end. `\"\"` is a value. On Huawei Cloud a value may also contain `.`.",
				Validators: []validator.String{stringvalidator.UTF8LengthAtMost(maxValueLength), trimmed{}},
			},
			"project_id": schema.StringAttribute{
				Optional: true,
				Computed: true,
				MarkdownDescription: "ID of the project that the image belongs to, 32 hexadecimal digits. Default: the " +
					"provider's. Changing it makes a new tag.",
				Validators: []validator.String{
					matching{projectIDPattern, "must be 32 hexadecimal digits: it is the id of a project, not its name"},
				},
			},
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "`{image_id}/{key}`.",
			},
			"timeouts": timeoutsAttribute(ctx),
		},
	}
}

func timeoutsAttribute(ctx context.Context) schema.Attribute {
	const form = ", waits for a throttling service included, such as `30s` or `1h30m`. Default: `20m`."
	block := timeouts.Attributes(ctx, timeouts.Opts{
		Create: true, CreateDescription: "How long a create may take" + form,
		Read: true, ReadDescription: "How long the read of a refresh may take" + form + " It is taken from the state, and has no " +
			"effect if it is shorter than the default.",
		Update: true, UpdateDescription: "How long an update may take" + form,
		Delete: true, DeleteDescription: "How long a delete may take" + form + " It is taken from the state.",
	})
	nested, ok := block.(schema.SingleNestedAttribute)
	if !ok {
		return block
	}
	nested.MarkdownDescription = "How long operations may take, each at least one second. A change of timeouts alone writes nothing " +
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
				Description:       "ID of the project that the image belongs to. Default: the provider's.",
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
