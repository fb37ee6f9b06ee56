// SPDX-License-Identifier: MPL-2.0

// Command terraform-provider-ims is a Terraform provider for image tags in the Image Management Service (IMS) of
// Huawei Cloud and the clouds of its family.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"os"
	"runtime"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/provider"
)

// address is where the provider is found in the registry.
const address = "registry.terraform.io/terraform-provider-ims/ims"

// protocol is the version of Terraform's plugin protocol. The file terraform-registry-manifest.json names it as well.
const protocol = 6

// The linker sets these.
var (
	version = "dev"
	commit  = "unknown"
)

func main() {
	show := flag.Bool("version", false, "print the version, the commit, and the versions of Go and of Terraform's plugin protocol")
	debug := flag.Bool("debug", false, "wait for a debugger or for Terraform with TF_REATTACH_PROVIDERS")
	flag.Parse()

	if *show {
		fmt.Fprintf(os.Stdout, "terraform-provider-ims %s\ncommit %s\n%s %s/%s\nprotocol %d.0\n",
			version, commit, runtime.Version(), runtime.GOOS, runtime.GOARCH, protocol)
		return
	}
	if !*debug { // a provider that a person starts does not have the variables of Terraform
		if err := provider.LimitLogs(os.Getenv, os.Setenv); err != nil {
			log.Fatal(err)
		}
	}
	err := providerserver.Serve(context.Background(), provider.New(version, provider.Dependencies{}), providerserver.ServeOpts{
		Address:         address,
		Debug:           *debug,
		ProtocolVersion: protocol,
	})
	if err != nil {
		log.Fatal(err)
	}
}
