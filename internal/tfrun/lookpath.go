// SPDX-License-Identifier: MPL-2.0

package tfrun

import (
	"os"
	"os/exec"
)

// LookPath is [exec.LookPath], but TF_ACC_TERRAFORM_PATH names the Terraform or OpenTofu that is found.
func LookPath(name string) (string, error) {
	if path := os.Getenv("TF_ACC_TERRAFORM_PATH"); path != "" {
		return path, nil
	}
	return exec.LookPath(name)
}
