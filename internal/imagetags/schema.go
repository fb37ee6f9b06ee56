// SPDX-License-Identifier: MPL-2.0

package imagetags

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
)

func (r *setResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages several tags of an image as one map.\n\n" +
			"By default the resource owns the keys in `tags` and leaves all other tags of the image alone. With `exclusive` it owns " +
			"all tags of the image. It writes only the tags that differ, with one call, and deletes with another: many images with many " +
			"tags need far fewer calls than with one `ims_image_tag` for each tag. Each key must have only one owner.",
		Attributes: map[string]schema.Attribute{
			"image_id": attribute.ImageID(),
			"tags":     attribute.Tags(),
			"exclusive": schema.BoolAttribute{
				Optional: true,
				Computed: true,
				Default:  booldefault.StaticBool(false),
				MarkdownDescription: "Whether the resource owns all tags of the image. If so, it removes those that are not in `tags`, except " +
					"`ignore_keys`. The plan shows them in `tags`, or in a warning if the state does not have them yet. Defaults to `false`.",
			},
			"ignore_keys": attribute.IgnoreKeys(),
			"overwrite":   attribute.Overwrite("a create, or an update that adds a key,"),
			"region":      attribute.Region(),
			"project_id":  attribute.ProjectID(),
			"id": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "ID of the image.",
			},
			"timeouts": attribute.Timeouts(ctx),
		},
	}
}

func (r *setResource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{Attributes: attribute.ImageIdentity()}
}
