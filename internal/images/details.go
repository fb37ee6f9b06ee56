// SPDX-License-Identifier: MPL-2.0

package images

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imagesearch"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// detailsModel is what is known of an image besides the filters that describe it.
type detailsModel struct {
	ID        types.String `tfsdk:"id"`
	CreatedAt types.String `tfsdk:"created_at"`
	UpdatedAt types.String `tfsdk:"updated_at"`
	MinDisk   types.Int64  `tfsdk:"min_disk"`
	OSVersion types.String `tfsdk:"os_version"`
}

func detailsAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, MarkdownDescription: "ID of the image, a UUID."},
		"created_at": schema.StringAttribute{
			Computed: true, MarkdownDescription: "When the image was created, such as `2026-01-31T12:00:00Z`.",
		},
		"updated_at": schema.StringAttribute{
			Computed: true, MarkdownDescription: "When the image was last changed, such as `2026-01-31T12:00:00Z`.",
		},
		"min_disk": schema.Int64Attribute{Computed: true, MarkdownDescription: "Size of the smallest disk for the image, in GB."},
		"os_version": schema.StringAttribute{
			Computed: true, MarkdownDescription: "Version of the operating system, such as `Debian GNU/Linux 13 64bit`, if it is known.",
		},
	}
}

func newDetails(image imagesearch.Image) detailsModel {
	return detailsModel{
		ID:        types.StringValue(image.ID),
		CreatedAt: types.StringValue(image.CreatedAt.UTC().Format(time.RFC3339)),
		UpdatedAt: optional(image.UpdatedAt),
		MinDisk:   types.Int64Value(image.MinDisk),
		OSVersion: optional(image.OSVersion),
	}
}

// optional is null for what the service does not say.
func optional(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

// tagMap is null for tags that the service does not show.
func tagMap(tags []ims.Tag) types.Map {
	if tags == nil {
		return types.MapNull(types.StringType)
	}
	elements := make(map[string]attr.Value, len(tags))
	for _, tag := range tags {
		elements[tag.Key] = types.StringValue(tag.Value)
	}
	return types.MapValueMust(types.StringType, elements)
}
