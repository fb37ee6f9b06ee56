// SPDX-License-Identifier: MPL-2.0

// Command floor is a provider that does nothing: it has the schemas of the real one, calls no API, and keeps what it is
// given. What Terraform takes with it, it takes with any provider.
package main

import (
	"context"
	"log"
	"os"
	"path/filepath"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// schemaFile is beside the program: the output of internal/cmd/schema. The real provider is not linked into this one,
// because the size and the memory of both are compared.
const schemaFile = "schema.json"

func main() {
	self, err := os.Executable()
	if err != nil {
		log.Fatal(err)
	}
	floor := newFloor(filepath.Join(filepath.Dir(self), schemaFile))
	err = providerserver.Serve(context.Background(), func() provider.Provider { return floor }, providerserver.ServeOpts{
		Address:         "registry.terraform.io/terraform-provider-ims/ims",
		ProtocolVersion: 6,
	})
	if err != nil {
		log.Fatal(err)
	}
}

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
