// Command floor is a provider that does nothing: it has the schemas of the real one, calls nobody, and keeps what it is
// given. What Terraform takes with it, it takes with any provider.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
)

func main() {
	err := providerserver.Serve(context.Background(), func() provider.Provider { return floorProvider{} }, providerserver.ServeOpts{
		Address:         "registry.terraform.io/terraform-provider-ims/ims",
		ProtocolVersion: 6,
	})
	if err != nil {
		log.Fatal(err)
	}
}
