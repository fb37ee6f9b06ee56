// SPDX-License-Identifier: MPL-2.0

// Package listblock is what the list resources share: the configuration of a list block, and the results for the images that it
// selects.
package listblock

import (
	"context"
	"maps"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imagesearch"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/place"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// Model is the configuration of a list block. The models of list resources embed it.
type Model struct {
	imagesearch.ListModel

	Region    types.String `tfsdk:"region"`
	ProjectID types.String `tfsdk:"project_id"`
}

// Description is what a person needs to know about all list resources.
const Description = "Only images of the project are listed, because only the owner of an image can tag it.\n\nOne call reads up to " +
	"1,000 images with their tags. No further images are read when `limit` is reached, which is 100 unless the list block sets it. With " +
	"`max_age`, the provider first reads all images that match the other filters, and their dates.\n\nTags that cannot be configured " +
	"are skipped with a warning, such as those that older APIs created with more characters than the service allows now."

// Attributes are those that all list blocks have.
func Attributes() map[string]schema.Attribute {
	attributes := attribute.ForList(map[string]datasource.Attribute{
		"region": attribute.DataRegion(), "project_id": attribute.DataProjectID(),
	})
	maps.Copy(attributes, imagesearch.ListAttributes())
	return attributes
}

// Get reads the configuration of a list block.
func Get(ctx context.Context, config tfsdk.Config, into any) diag.Diagnostics {
	if !config.Raw.IsFullyKnown() {
		return diag.Diagnostics{diag.NewErrorDiagnostic("Unknown filters",
			"The configuration of the list block contains a value that is not known yet. Set it to a value that is known without an apply.")}
	}
	return config.Get(ctx, into)
}

// Options are what all list resources need.
type Options struct {
	Timeout time.Duration    // of a list
	Now     func() time.Time // the clock
}

// Block is a list block of a resource.
type Block struct {
	Options
	Model

	Key   string // of the tags to list; empty: any
	Place place.Resolver
}

func (b Block) named() place.Named {
	return place.Named{
		Region: b.Region.ValueString(), Image: ims.Image{ProjectID: strings.ToLower(b.ProjectID.ValueString())},
	}
}

func (b Block) subject(at place.Place) explain.Subject {
	return explain.ProjectData("image tags", at.Region.ValueString(), at.ProjectID.ValueString())
}

// open returns where the block lists, and the store to read from.
func (b Block) open(ctx context.Context) (place.Place, *store.Store, diag.Diagnostics) {
	at := b.Place.Imported(b.named())
	connection, diags := b.Place.Connect(ctx, explain.List, b.subject(at), at)
	if diags.HasError() {
		return at, nil, diags
	}
	if at.ProjectID.ValueString() == "" {
		at.ProjectID = types.StringValue(connection.ProjectID)
	}
	return at, connection.Store, nil
}
