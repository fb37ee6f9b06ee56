// SPDX-License-Identifier: MPL-2.0

// Command floor is a provider that does nothing: it has the schemas of the real one, calls no API, and keeps what it is
// given. What Terraform takes with it, it takes with any provider.
package main

import (
	"context"
	"log"
	"os"
	"path/filepath"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
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
