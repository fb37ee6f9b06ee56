// SPDX-License-Identifier: MPL-2.0

package images

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
)

var _ datasource.DataSourceWithConfigure = (*projectTagsSource)(nil)

// projectTagsSource is ims_project_tags.
type projectTagsSource struct{ source }

// NewProjectTags returns the data source ims_project_tags.
func NewProjectTags(options Options) datasource.DataSource {
	return &projectTagsSource{source{options: options}}
}

// projectTagsModel is an ims_project_tags in configuration and state.
type projectTagsModel struct {
	placeModel
	Tags map[string][]string `tfsdk:"tags"`
}

func (d *projectTagsSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_project_tags"
}

func (d *projectTagsSource) Schema(ctx context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists all tag keys of the images in a project, with the values of each key.",
		Attributes: withPlace(ctx, map[string]schema.Attribute{
			"tags": schema.MapAttribute{
				Computed: true, ElementType: types.ListType{ElemType: types.StringType},
				MarkdownDescription: "The keys of all tags in the project, each with a sorted list of its values.",
			},
		}),
	}
}

func (d *projectTagsSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config projectTagsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel, place, diags := d.open(ctx, &config.placeModel, "project tags")
	defer cancel()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	tags, err := place.store.ProjectTags(ctx, place.id)
	if err != nil {
		subject := explain.ProjectData("project tags", config.Region.ValueString(), place.id)
		resp.Diagnostics.Append(explain.Error(explain.Read, subject, err))
		return
	}
	config.Tags = make(map[string][]string, len(tags))
	for _, tag := range tags {
		values := slices.Concat(config.Tags[tag.Key], tag.Values)
		slices.Sort(values)
		config.Tags[tag.Key] = append([]string{}, slices.Compact(values)...)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, config)...)
}
