// SPDX-License-Identifier: MPL-2.0

// Command tables writes the tables of the environment variables and of the clouds into the files that are named.
package main

import (
	"fmt"
	"os"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/cmd/section"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

func main() {
	for _, file := range os.Args[1:] {
		if err := update(file); err != nil {
			fmt.Fprintln(os.Stderr, "tables:", err)
			os.Exit(1)
		}
	}
}

func update(file string) error {
	return section.Write(file, map[string]string{
		"environment": settings.EnvironmentTable(),
		"clouds":      settings.CloudTable(),
	})
}
