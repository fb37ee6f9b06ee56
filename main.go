// Command terraform-provider-ims is a Terraform provider for image tags in the Image Management Service (IMS) of
// Huawei Cloud and the clouds of its family.
package main

import (
	"context"
	"flag"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/provider"
)

// address is where the provider is found in the registry.
const address = "registry.terraform.io/terraform-provider-ims/ims"

// version is set by the linker.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "wait for a debugger or for Terraform with TF_REATTACH_PROVIDERS")
	flag.Parse()

	if !*debug { // a provider that a person starts does not have the variables of Terraform
		if err := provider.LimitLogs(os.Getenv, os.Setenv); err != nil {
			log.Fatal(err)
		}
	}
	err := providerserver.Serve(context.Background(), provider.New(version, provider.Dependencies{}), providerserver.ServeOpts{
		Address:         address,
		Debug:           *debug,
		ProtocolVersion: 6,
	})
	if err != nil {
		log.Fatal(err)
	}
}
