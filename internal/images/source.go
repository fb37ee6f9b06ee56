// SPDX-License-Identifier: MPL-2.0

// Package images is the data sources: images found by their tags, the tags of an image, and the tags of a project.
package images

import (
	"context"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// Options are what all data sources need.
type Options struct {
	Timeout time.Duration    // of a read whose timeout is not configured
	Now     func() time.Time // the clock
}

// source is the part that all data sources share.
type source struct {
	options Options
	service *service.Service
}

func (s *source) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	configured, diags := service.From(req.ProviderData)
	resp.Diagnostics.Append(diags...)
	s.service = configured
}

// placeModel is where a data source reads, and for how long at most.
type placeModel struct {
	Region    types.String   `tfsdk:"region"`
	ProjectID types.String   `tfsdk:"project_id"`
	Timeouts  timeouts.Value `tfsdk:"timeouts"`
}

// withPlace adds the attributes of a placeModel to those of a data source.
func withPlace(ctx context.Context, attributes map[string]schema.Attribute) map[string]schema.Attribute {
	attributes["region"] = attribute.DataRegion()
	attributes["project_id"] = attribute.DataProjectID()
	attributes["timeouts"] = attribute.DataTimeouts(ctx)
	return attributes
}

// project is a project that a data source reads.
type project struct {
	id    string
	store *store.Store
}

// open returns the project to read, and the context to read it in, and completes the model with the place. The caller cancels
// the context.
func (s *source) open(
	ctx context.Context, m *placeModel, title string,
) (context.Context, context.CancelFunc, project, diag.Diagnostics) {
	timeout, diags := m.Timeouts.Read(ctx, s.options.Timeout)
	ctx, cancel := context.WithTimeout(ctx, timeout)
	if diags.HasError() {
		return ctx, cancel, project{}, diags
	}
	place, diags := s.connect(ctx, m, title)
	return ctx, cancel, place, diags
}

func (s *source) connect(ctx context.Context, m *placeModel, title string) (project, diag.Diagnostics) {
	place := service.Place{Region: m.Region.ValueString(), ProjectID: m.ProjectID.ValueString()}
	if !s.service.IsReady() {
		return project{}, diag.Diagnostics{explain.NotReady(explain.Read, explain.ProjectData(title, place.Region, place.ProjectID))}
	}
	connection, diags := s.service.At(ctx, place)
	if diags.HasError() {
		return project{}, diags
	}
	if region := s.service.DefaultRegion(); m.Region.IsNull() && region != "" {
		m.Region = types.StringValue(region)
	}
	if m.ProjectID.IsNull() {
		m.ProjectID = types.StringValue(connection.ProjectID)
	}
	return project{strings.ToLower(m.ProjectID.ValueString()), connection.Store}, nil
}
