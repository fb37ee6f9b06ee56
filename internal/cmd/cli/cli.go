// Package cli is what the commands that run Terraform have in common.
package cli

import (
	"errors"
	"slices"
	"strings"
)

var errNoTerraform = errors.New(
	"neither terraform nor tofu is on the PATH; install one of them: https://developer.hashicorp.com/terraform/install")

// FindTerraform returns the path of Terraform, or else of OpenTofu.
func FindTerraform(lookPath func(string) (string, error)) (string, error) {
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := lookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errNoTerraform
}

// WithoutSettings returns an environment without what Terraform or the provider would read of it.
func WithoutSettings(environment []string) []string {
	return slices.DeleteFunc(slices.Clone(environment), func(variable string) bool {
		prefix, _, found := strings.Cut(variable, "_")
		return found && slices.Contains([]string{"TF", "HW", "OS", "IMS"}, prefix)
	})
}
