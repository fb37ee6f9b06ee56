package cli

import (
	"context"
	"os"
	"os/exec"
	"strings"
)

// Version returns the name and the version of the Terraform or OpenTofu that is at a path.
func Version(ctx context.Context, path string) (string, error) {
	command := exec.CommandContext(ctx, path, "version")
	command.Env = append(WithoutSettings(os.Environ()), "CHECKPOINT_DISABLE=1")
	stdout, _, err := Output(ctx, command)
	first, _, _ := strings.Cut(stdout, "\n")
	return strings.TrimSpace(first), err
}
