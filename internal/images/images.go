// SPDX-License-Identifier: MPL-2.0

package images

import (
	"context"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imagesearch"
)

var (
	_ datasource.DataSourceWithConfigure      = (*imagesSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*imagesSource)(nil)
)

// imagesSource is ims_images.
type imagesSource struct{ source }

// NewImages returns the data source ims_images.
func NewImages(options Options) datasource.DataSource { return &imagesSource{source{options: options}} }

// imagesModel is an ims_images in configuration and state. The lists are null if it only counts.
type imagesModel struct {
	placeModel
	imagesearch.Model
	CountOnly types.Bool    `tfsdk:"count_only"`
	Total     types.Int64   `tfsdk:"total"`
	IDs       []string      `tfsdk:"ids"`
	Images    []listedImage `tfsdk:"images"`
}

// listedImage is an element of the list.
type listedImage struct {
	detailsModel
	Name   types.String `tfsdk:"name"`
	Owner  types.String `tfsdk:"owner"`
	Status types.String `tfsdk:"status"`
	Tags   types.Map    `tfsdk:"tags"`

	Architecture types.String `tfsdk:"architecture"`
	OSType       types.String `tfsdk:"os_type"`
}

func (d *imagesSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_images"
}

func (d *imagesSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := imagesearch.Attributes(false)
	maps.Copy(attributes, map[string]schema.Attribute{
		"count_only": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Set to `true` to only count the images, which is a single call however many there are. The service counts " +
				"images of any status, and only knows the filters by tag: `name`, `name_regex`, `owner`, `visibility`, `status`, `architecture`, " +
				"`os_type` and `max_age` cannot be set. It may not count tags that the same apply has just written. `images` and `ids` are null.",
		},
		"total": schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of images that match."},
		"ids": schema.ListAttribute{
			Computed: true, ElementType: types.StringType, MarkdownDescription: "IDs of `images`, in the same order.",
		},
		"images": listAttribute(),
	})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists all images that match filters by tag, name, age and owner. No match is an empty list.\n\n" +
			"Only images of the project itself match, unless `owner` or `visibility` says otherwise.",
		Attributes: withPlace(ctx, attributes),
	}
}

func listAttribute() schema.Attribute {
	details := detailsAttributes()
	maps.Copy(details, map[string]schema.Attribute{
		"name":         schema.StringAttribute{Computed: true, MarkdownDescription: "Name of the image."},
		"owner":        schema.StringAttribute{Computed: true, MarkdownDescription: "ID of the project that owns the image."},
		"status":       schema.StringAttribute{Computed: true, MarkdownDescription: "Status of the image, such as `active`."},
		"architecture": schema.StringAttribute{Computed: true, MarkdownDescription: "Architecture: `x86` or `arm`."},
		"os_type":      schema.StringAttribute{Computed: true, MarkdownDescription: "Operating system: `Linux`, `Windows` or `Other`."},
		"tags": schema.MapAttribute{
			Computed: true, ElementType: types.StringType,
			MarkdownDescription: "All tags of the image. Null for an image that another project owns and that was not found by its tags.",
		},
	})
	return schema.ListNestedAttribute{
		Computed:            true,
		MarkdownDescription: "The images, the newest first. Images that were created at the same time are in the order of their IDs.",
		NestedObject:        schema.NestedAttributeObject{Attributes: details},
	}
}

func (d *imagesSource) ValidateConfig(
	ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse,
) {
	var config imagesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(config.Validate()...)
	if set := config.NotCounted(); config.CountOnly.ValueBool() && len(set) > 0 {
		resp.Diagnostics.AddAttributeError(path.Root("count_only"), "Filters that cannot be counted", cannotCount(set))
	}
}

func (d *imagesSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config imagesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel, place, diags := d.open(ctx, &config.placeModel, "images")
	defer cancel()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(d.search(ctx, place, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}

// search completes the model with the images, or with their number.
func (d *imagesSource) search(ctx context.Context, place project, m *imagesModel) diag.Diagnostics {
	query, diags := m.Query(ctx, place.id, d.options.Now())
	if diags.HasError() {
		return diags
	}
	var err error
	if m.CountOnly.ValueBool() {
		err = m.count(ctx, place, query)
	} else {
		err = m.list(ctx, place, query)
	}
	if err != nil {
		subject := explain.ProjectData("images", m.Region.ValueString(), place.id)
		return diag.Diagnostics{explain.Error(explain.Read, subject, err)}
	}
	return nil
}

func (m *imagesModel) count(ctx context.Context, place project, query imagesearch.Query) error {
	total, err := place.store.CountImages(ctx, place.id, query.Filter())
	m.Total = types.Int64Value(int64(total))
	return err
}

func (m *imagesModel) list(ctx context.Context, place project, query imagesearch.Query) error {
	result, err := query.Run(ctx, place.store)
	m.IDs, m.Images = []string{}, []listedImage{}
	for _, image := range result.Images {
		m.IDs = append(m.IDs, image.ID)
		m.Images = append(m.Images, listedImage{
			detailsModel: newDetails(image), Name: types.StringValue(image.Name), Owner: types.StringValue(image.Owner),
			Status: types.StringValue(image.Status), Tags: tagMap(image.Tags),
			Architecture: types.StringValue(image.Architecture()), OSType: optional(image.OSType),
		})
	}
	m.Total = types.Int64Value(int64(len(m.IDs)))
	return err
}

// cannotCount says which filters the service cannot count by.
func cannotCount(set []string) string {
	return "The service counts images of any status by their tags alone. With count_only, these filters cannot be set: " +
		strings.Join(set, ", ") + ". Remove them, or remove count_only and use total."
}
