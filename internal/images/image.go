// SPDX-License-Identifier: MPL-2.0

package images

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imagesearch"
)

var (
	_ datasource.DataSourceWithConfigure      = (*imageSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*imageSource)(nil)
)

// imageSource is ims_image.
type imageSource struct{ source }

// NewImage returns the data source ims_image.
func NewImage(options Options) datasource.DataSource { return &imageSource{source{options: options}} }

// imageModel is an ims_image in configuration and state. The filters that can be computed describe the image in the state.
type imageModel struct {
	placeModel
	imagesearch.Model
	detailsModel
	AllTags    types.Map  `tfsdk:"all_tags"`
	MostRecent types.Bool `tfsdk:"most_recent"`
}

func (d *imageSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_image"
}

func (d *imageSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := detailsAttributes()
	maps.Copy(attributes, imagesearch.Attributes(true))
	maps.Copy(attributes, map[string]schema.Attribute{
		// Not in tags: Terraform takes the result of a filter that is set from the configuration if it reads in the apply.
		"all_tags": schema.MapAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "All tags of the image. Null for an image that another project owns and that was not found by its tags.",
		},
		"most_recent": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Set to `true` to use the newest image if several match. Without it, more than one match is an " +
				"error. With it, two newest images of the same age are an error.",
		},
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds exactly one image by its tags, name, age and owner. If no image matches, the error says how the " +
			"closest ones differ. If several match, the read fails unless `most_recent` is `true`.\n\n" +
			"By default, only images of the project itself match. This protects you from an image with the same name and tags that " +
			"another project shares with you. Set `owner` or `visibility` to find other images.",
		Attributes: withPlace(ctx, attributes),
	}
}

func (d *imageSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	var config imageModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(config.Validate()...)
}

func (d *imageSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config imageModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel, place, diags := d.open(ctx, &config.placeModel, "image")
	defer cancel()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	image, diags := d.find(ctx, place, config)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	config.describe(image)
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}

// describe completes the model with an image. An owner that is configured keeps its spelling.
func (m *imageModel) describe(image imagesearch.Image) {
	m.detailsModel, m.AllTags = newDetails(image), tagMap(image.Tags)
	m.Name, m.Status = types.StringValue(image.Name), types.StringValue(image.Status)
	m.Architecture, m.OSType = types.StringValue(image.Architecture()), optional(image.OSType)
	if m.Owner.IsNull() {
		m.Owner = types.StringValue(image.Owner)
	}
}

// find returns the image that a configuration selects.
func (d *imageSource) find(ctx context.Context, place project, config imageModel) (imagesearch.Image, diag.Diagnostics) {
	query, diags := config.Query(ctx, place.id, d.options.Now())
	if diags.HasError() {
		return imagesearch.Image{}, diags
	}
	result, err := query.Run(ctx, place.store)
	if err != nil {
		subject := explain.ProjectData("image", config.Region.ValueString(), place.id)
		return imagesearch.Image{}, diag.Diagnostics{explain.Error(explain.Read, subject, err)}
	}
	found := result.Images
	switch {
	case len(found) == 0:
		return imagesearch.Image{}, diag.Diagnostics{noneDiagnostic(ctx, place, result)}
	case len(found) == 1:
		return found[0], nil
	case !config.MostRecent.ValueBool():
		return imagesearch.Image{}, diag.Diagnostics{severalDiagnostic(found)}
	case found[0].CreatedAt.Equal(found[1].CreatedAt):
		return imagesearch.Image{}, diag.Diagnostics{tieDiagnostic(found)}
	}
	return found[0], nil
}
