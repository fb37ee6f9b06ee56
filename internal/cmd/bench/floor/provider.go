// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"log"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// floorProvider reads its schemas when Terraform asks for them, so that they do not count as its start.
type floorProvider struct{ schemas func() schemas }

func newFloor(schemaFile string) floorProvider {
	return floorProvider{sync.OnceValue(func() schemas {
		s, err := readSchemas(schemaFile)
		if err != nil {
			log.Fatal(err)
		}
		return s
	})}
}

func (floorProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "ims"
}

func (p floorProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = p.schemas().provider
}

func (floorProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (p floorProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return imageTag(p) }}
}

func (floorProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }
