// Package provider is the Terraform surface: the provider's configuration, its resources, and what people read.
package provider

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imagetag"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

var _ provider.Provider = (*imsProvider)(nil)

// Dependencies is what the provider takes from the outside world. A zero field means the real thing.
type Dependencies struct {
	Getenv func(string) string                     // the environment
	Now    func() time.Time                        // the clock
	Jitter func(limit time.Duration) time.Duration // how much of a wait is waited

	// Timeout is how long an operation may take whose timeout is not configured.
	Timeout time.Duration
}

type imsProvider struct {
	version string
	getenv  func(string) string
	now     func() time.Time
	jitter  func(time.Duration) time.Duration
	timeout time.Duration
}

func (p *imsProvider) readFile(path string) ([]byte, error) {
	return os.ReadFile(path) //nolint:gosec // the path is the person's own
}

// home is the person's folder, the root where there is none.
func (p *imsProvider) home() string {
	if home := p.getenv("HOME"); home != "" {
		return home
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return string(filepath.Separator)
	}
	return home
}

// New returns a constructor of the provider. The version is the one of the release, "dev" for a build of one's own.
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
		return &imsProvider{
			version: version,
			getenv:  dependencies.Getenv,
			now:     dependencies.Now,
			jitter:  dependencies.Jitter,
			timeout: dependencies.Timeout,
		}
	}
}

func (p *imsProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "ims"
	resp.Version = p.version
}

func (p *imsProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		func() resource.Resource { return imagetag.NewResource(p.timeout) },
	}
}

func (p *imsProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }
