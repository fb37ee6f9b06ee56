// SPDX-License-Identifier: MPL-2.0

package tfrun

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// Module is the Go module of the provider, which is also the package of its program.
const Module = "github.com/terraform-provider-ims/terraform-provider-ims"

// Source is where a configuration says that the provider comes from.
const Source = "terraform-provider-ims/ims"

// BinaryName is the file name of the provider's program.
const BinaryName = "terraform-provider-ims"

// mirrorVersion is not a pre-release, which terraform init would pass over.
const mirrorVersion = "0.0.1"

// Build builds a program of the module into a file.
func Build(ctx context.Context, pkg, binary string, flags ...string) error {
	folder := filepath.Dir(binary)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	args := append([]string{"build", "-o", binary}, flags...)
	build := exec.CommandContext(ctx, "go", append(args, pkg)...)
	// What go leaves behind when it is killed is removed together with the folder.
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOTMPDIR="+folder)
	_, stderr, err := Output(ctx, build)
	if err == nil || errors.Is(err, ErrInterrupted) {
		return err
	}
	return fmt.Errorf("building %s: %w\n\n%s", pkg, err, stderr)
}

// Override lets Terraform run the program in a folder as the provider from a source, without an init.
func (f *Folder) Override(source, folder string) error {
	return f.install(fmt.Sprintf("  dev_overrides {\n    %q = %q\n  }\n  direct {}\n", source, folder))
}

// Mirror makes a filesystem mirror with a program in it, from which terraform init installs as it does from a registry.
func (f *Folder) Mirror(binary string) error {
	mirror := filepath.Join(f.Dir, "mirror")
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		folder := filepath.Join(mirror, host, filepath.FromSlash(Source), mirrorVersion, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		if err := os.Link(binary, filepath.Join(folder, BinaryName+"_v"+mirrorVersion)); err != nil {
			return err
		}
	}
	return f.install(fmt.Sprintf("  filesystem_mirror {\n    path = %q\n  }\n", mirror))
}

func (f *Folder) install(from string) error {
	return f.Write(settings, "provider_installation {\n"+from+"}\n")
}
