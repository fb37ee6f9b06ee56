package imagetag

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
)

func (r *tagResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
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
			"image_id":   attribute.ImageID(),
			"key":        attribute.Key(),
			"value":      attribute.Value(),
			"project_id": attribute.ProjectID(),
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "`{image_id}/{key}`.",
			},
			"timeouts": attribute.Timeouts(ctx),
		},
	}
}

func (r *tagResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
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
