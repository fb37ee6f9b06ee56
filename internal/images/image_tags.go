// SPDX-License-Identifier: MPL-2.0

package images

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

var _ datasource.DataSourceWithConfigure = (*imageTagsSource)(nil)

// imageTagsSource is ims_image_tags.
type imageTagsSource struct{ source }

// NewImageTags returns the data source ims_image_tags.
func NewImageTags(options Options) datasource.DataSource {
	return &imageTagsSource{source{options: options}}
}

// imageTagsModel is an ims_image_tags in configuration and state.
type imageTagsModel struct {
	placeModel
	ImageID types.String `tfsdk:"image_id"`
	Tags    types.Map    `tfsdk:"tags"`
}

func (d *imageTagsSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image_tags"
}

func (d *imageTagsSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads all tags of one image.",
		Attributes: withPlace(ctx, map[string]schema.Attribute{
			"image_id": attribute.DataImageID(),
			"tags": schema.MapAttribute{
				Computed: true, ElementType: types.StringType, MarkdownDescription: "The tags of the image: each key with its value.",
			},
		}),
	}
}

func (d *imageTagsSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config imageTagsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel, place, diags := d.open(ctx, &config.placeModel, "image tags")
	defer cancel()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	image := ims.Image{ProjectID: place.id, ID: config.ImageID.ValueString()}
	tags, err := place.store.Tags(ctx, image)
	if err != nil {
		subject := explain.ImageData("image tags", config.Region.ValueString(), image)
		resp.Diagnostics.Append(explain.Error(explain.Read, subject, err))
		return
	}
	config.Tags = tagMap(tags)
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}
