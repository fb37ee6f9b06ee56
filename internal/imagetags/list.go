// SPDX-License-Identifier: MPL-2.0

package imagetags

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/listblock"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/place"
)

var (
	_ list.ListResourceWithConfigure      = (*setList)(nil)
	_ list.ListResourceWithValidateConfig = (*setList)(nil)
)

// setList lists the sets of tags that ims_image_tags can manage.
type setList struct {
	setResource

	options listblock.Options
}

// NewListResource returns the list resource ims_image_tags.
func NewListResource(options listblock.Options) list.ListResource { return &setList{options: options} }

func (l *setList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists images that have tags, each with all of its tags as one `ims_image_tags`, to import them with " +
			"`terraform query`. It needs Terraform 1.14 or later.\n\n" + listblock.Description,
		Attributes: listblock.Attributes(),
	}
}

func (l *setList) ValidateListResourceConfig(ctx context.Context, req list.ValidateConfigRequest, resp *list.ValidateConfigResponse) {
	var config listblock.Model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(config.Filters().Validate()...)
}

func (l *setList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var config listblock.Model
	if diags := listblock.Get(ctx, req.Config, &config); diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	block := listblock.Block{Options: l.options, Model: config, Place: l.places()}
	stream.Results = block.Stream(ctx, req.Limit,
		func(ctx context.Context, at place.Place, image ims.FoundImage, tags []ims.Tag) []list.ListResult {
			return []list.ListResult{listResult(ctx, req, at, image, tags)}
		})
}

func listResult(ctx context.Context, req list.ListRequest, at place.Place, image ims.FoundImage, tags []ims.Tag) list.ListResult {
	m := model{
		ID: types.StringValue(image.ID), ImageID: types.StringValue(image.ID), Exclusive: types.BoolValue(false),
		IgnoreKeys: types.SetNull(types.StringType), Timeouts: attribute.NoTimeouts(ctx),
	}
	m.moveTo(at)
	m.setTags(byKey(tags))
	result := req.NewListResult(ctx)
	result.DisplayName = image.Name
	result.Diagnostics.Append(result.Identity.Set(ctx, m.identity())...)
	if req.IncludeResource {
		result.Diagnostics.Append(result.Resource.Set(ctx, m)...)
	}
	return result
}
