// SPDX-License-Identifier: MPL-2.0

// Package provider is the Terraform provider ims: its configuration schema, its login, and the list of its resources.
package provider

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/images"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imagetag"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imagetags"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/listblock"
)

var _ provider.ProviderWithListResources = (*imsProvider)(nil)

// Dependencies are functions and values that tests replace. A nil or zero field has a default.
type Dependencies struct {
	Getenv func(string) string                     // defaults to os.Getenv
	Now    func() time.Time                        // defaults to time.Now
	Jitter func(limit time.Duration) time.Duration // returns a wait up to the limit; defaults to ims.UniformJitter

	// Timeout is the default timeout of an operation. It defaults to attribute.DefaultTimeout.
	Timeout time.Duration
}

type imsProvider struct {
	Dependencies

	version string
}

// home returns the home folder of the user, or the root folder if there is none.
func (p *imsProvider) home() string {
	if home := p.Getenv("HOME"); home != "" {
		return home
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return string(filepath.Separator)
	}
	return home
}

// New returns a function that creates the provider. The version is that of the release, or "dev" for other builds.
func New(version string, dependencies Dependencies) func() provider.Provider {
	if dependencies.Getenv == nil {
		dependencies.Getenv = os.Getenv
	}
	if dependencies.Now == nil {
		dependencies.Now = time.Now
	}
	if dependencies.Jitter == nil {
		dependencies.Jitter = ims.UniformJitter
	}
	if dependencies.Timeout == 0 {
		dependencies.Timeout = attribute.DefaultTimeout
	}
	return func() provider.Provider {
		return &imsProvider{dependencies, version}
	}
}

func (p *imsProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "ims"
	resp.Version = p.version
}

func (p *imsProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return imagetag.NewResource(p.Timeout) },
		func() resource.Resource { return imagetags.NewResource(p.Timeout) },
	}
}

func (p *imsProvider) DataSources(context.Context) []func() datasource.DataSource {
	options := images.Options{Timeout: p.Timeout, Now: p.Now}
	return []func() datasource.DataSource{
		func() datasource.DataSource { return images.NewImage(options) },
		func() datasource.DataSource { return images.NewImages(options) },
		func() datasource.DataSource { return images.NewImageTags(options) },
		func() datasource.DataSource { return images.NewProjectTags(options) },
	}
}

func (p *imsProvider) ListResources(context.Context) []func() list.ListResource {
	options := listblock.Options{Timeout: p.Timeout, Now: p.Now}
	return []func() list.ListResource{
		func() list.ListResource { return imagetag.NewListResource(options) },
		func() list.ListResource { return imagetags.NewListResource(options) },
	}
}
