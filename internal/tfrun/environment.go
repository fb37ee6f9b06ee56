// SPDX-License-Identifier: MPL-2.0

package tfrun

import (
	"errors"
	"slices"
	"strings"
)

var errNoTerraform = errors.New(
	"neither terraform nor tofu is on the PATH; install one of them: https://developer.hashicorp.com/terraform/install")

// Find returns the path of Terraform, or else of OpenTofu.
func Find(lookPath func(string) (string, error)) (string, error) {
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := lookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNoTerraform
}

// CleanEnvironment returns an environment without the variables that Terraform or the provider would read.
func CleanEnvironment(environment []string) []string {
	return slices.DeleteFunc(slices.Clone(environment), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		prefix, _, found := strings.Cut(name, "_")
		return found && slices.Contains([]string{"TF", "HW", "OS", "IMS"}, prefix)
	})
}
