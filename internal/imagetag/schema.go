// SPDX-License-Identifier: MPL-2.0

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
		MarkdownDescription: "Manages one tag, a key and its value, of an image.\n\n" +
			"The resource does not touch the other tags of the image, so several configurations, pipelines and people can tag the " +
			"same image. Each key must have only one owner.",
		Attributes: map[string]schema.Attribute{
			"image_id":   attribute.ImageID(),
			"key":        attribute.Key(),
			"value":      attribute.Value(),
			"overwrite":  attribute.Overwrite("a create"),
			"region":     attribute.Region(),
			"project_id": attribute.ProjectID(),
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "ID of the tag, in the form `{image_id}/{key}`.",
			},
			"timeouts": attribute.Timeouts(ctx),
		},
	}
}

func (r *tagResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	attributes := attribute.ImageIdentity()
	attributes["key"] = identityschema.StringAttribute{RequiredForImport: true, Description: "Key of the tag."}
	resp.IdentitySchema = identityschema.Schema{Attributes: attributes}
}
