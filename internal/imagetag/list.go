// SPDX-License-Identifier: MPL-2.0

package imagetag

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/listblock"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/place"
)

var (
	_ list.ListResourceWithConfigure      = (*tagList)(nil)
	_ list.ListResourceWithValidateConfig = (*tagList)(nil)
)

// tagList lists the tags that ims_image_tag can manage.
type tagList struct {
	tagResource

	options listblock.Options
}

// NewListResource returns the list resource ims_image_tag.
func NewListResource(options listblock.Options) list.ListResource { return &tagList{options: options} }

// listModel is the configuration of a list block.
type listModel struct {
	listblock.Model

	Key types.String `tfsdk:"key"`
}

func (l *tagList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	attributes := listblock.Attributes()
	attributes["key"] = attribute.ListKey()
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists tags of images, each as one `ims_image_tag`, to import them with `terraform query`. It needs " +
			"Terraform 1.14 or later.\n\nThe filters select images. All of their tags are listed, or only those with `key`. " +
			listblock.Description,
		Attributes: attributes,
	}
}

func (l *tagList) ValidateListResourceConfig(ctx context.Context, req list.ValidateConfigRequest, resp *list.ValidateConfigResponse) {
	var config listModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(config.Filters().Validate()...)
}

func (l *tagList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listModel
	if diags := listblock.Get(ctx, req.Config, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	block := listblock.Block{Options: l.options, Model: config.Model, Key: config.Key.ValueString(), Place: l.places()}
	stream.Results = block.Stream(ctx, req.Limit,
		func(ctx context.Context, at place.Place, image ims.FoundImage, tags []ims.Tag) []list.ListResult {
			results := make([]list.ListResult, len(tags))
			for i, tag := range tags {
				results[i] = listResult(ctx, req, at, image, tag)
			}
			return results
		})
}

func listResult(ctx context.Context, req list.ListRequest, at place.Place, image ims.FoundImage, tag ims.Tag) list.ListResult {
	m := model{
		ImageID: types.StringValue(image.ID), Key: types.StringValue(tag.Key), Value: types.StringValue(tag.Value),
		Timeouts: attribute.NoTimeouts(ctx),
	}
	m.moveTo(at)
	m.ID = m.plannedID()
	result := req.NewListResult(ctx)
	result.DisplayName = fmt.Sprintf("%s: %s", image.Name, tag.Key)
	result.Diagnostics.Append(result.Identity.Set(ctx, m.identity())...)
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, m)...)
	}
	return result
}
