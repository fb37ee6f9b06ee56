// SPDX-License-Identifier: MPL-2.0

// Package tfrun is a folder in which the real Terraform, or OpenTofu, runs the provider against a mock of the service.
package tfrun

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// Folder is a working directory of Terraform.
type Folder struct {
	Dir string
	Env []string // of Terraform, which passes it on to the provider

	terraform string
}

// settings is the file with Terraform's own settings.
const settings = "terraformrc"

// New makes a folder that exists the working directory of the Terraform at a path. Nothing in the caller's environment
// configures Terraform or the provider.
func New(terraform, dir string) (*Folder, error) {
	f := &Folder{Dir: dir, terraform: terraform}
	f.Env = append(CleanEnvironment(os.Environ()),
		"TF_CLI_CONFIG_FILE="+filepath.Join(dir, settings),
		"TF_IN_AUTOMATION=1",
		"CHECKPOINT_DISABLE=1",
	)
	return f, f.Write(settings, "")
}

// Serve serves a mock until stop is called, and gives the provider its address and credentials.
func (f *Folder) Serve(mock *imstest.Server) (stop func()) {
	stop = mock.Listen()
	f.Env = append(f.Env,
		"IMS_ENDPOINT="+mock.URL(),
		"HW_PROJECT_ID="+imstest.ProjectID,
		"HW_ACCESS_KEY="+imstest.AccessKey,
		"HW_SECRET_KEY="+imstest.SecretKey,
	)
	return stop
}

// Write writes a file of the folder.
func (f *Folder) Write(name, content string) error {
	return os.WriteFile(filepath.Join(f.Dir, name), []byte(content), 0o600)
}

// Command returns a command of Terraform, which has not been started.
func (f *Folder) Command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, f.terraform, args...)
	command.Dir, command.Env = f.Dir, f.Env
	return command
}

// Version returns the name and the version of Terraform or OpenTofu.
func (f *Folder) Version(ctx context.Context) (string, error) {
	return versionOf(ctx, f.Command(ctx, "version"))
}
