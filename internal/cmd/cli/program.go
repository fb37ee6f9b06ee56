// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"regexp"
	"runtime"
)

// program is a version of Terraform or OpenTofu, with the Go package that it is built from.
type program struct {
	name, version string
	module, pkg   string
}

var form = regexp.MustCompile(`^(terraform|tofu)@(\d+\.\d+\.\d+)$`)

// parse reads terraform@1.5.7 or tofu@1.12.6.
func parse(argument string) (program, error) {
	found := form.FindStringSubmatch(argument)
	if found == nil {
		return program{}, fmt.Errorf("%q is not a version of Terraform or OpenTofu, such as terraform@1.5.7 or tofu@1.12.6", argument)
	}
	p := program{name: found[1], version: found[2], module: "github.com/hashicorp/terraform", pkg: "."}
	if p.name == "tofu" {
		p.module, p.pkg = "github.com/opentofu/opentofu", "./cmd/tofu"
	}
	return p, nil
}

// file is what the program is called on this platform.
func (p program) file() string {
	if runtime.GOOS == "windows" {
		return p.name + ".exe"
	}
	return p.name
}
