// SPDX-License-Identifier: MPL-2.0

package tfrun

import (
	"context"
	"os"
	"os/exec"
	"strings"

	"github.com/hashicorp/go-version"
)

// Version returns the name and the version of the Terraform or OpenTofu at a path.
func Version(ctx context.Context, path string) (string, error) {
	command := exec.CommandContext(ctx, path, "version")
	command.Env = CleanEnvironment(os.Environ())
	return versionOf(ctx, command)
}

func versionOf(ctx context.Context, command *exec.Cmd) (string, error) {
	stdout, _, err := Output(ctx, command)
	first, _, _ := strings.Cut(stdout, "\n")
	return strings.TrimSpace(first), err
}

// announcing is the oldest Terraform that is known to announce applies.
var announcing = version.Must(version.NewVersion("1.11.0"))

// AnnouncesApplies reports whether a program, named as [Folder.Version] does, tells the provider that a plan belongs to an apply.
// OpenTofu and older Terraforms do not, so that the checks of plans read in an apply as well.
func AnnouncesApplies(program string) bool {
	number, isTerraform := strings.CutPrefix(program, "Terraform v")
	if !isTerraform {
		return false
	}
	at, err := version.NewVersion(number)
	return err == nil && at.Core().GreaterThanOrEqual(announcing)
}
