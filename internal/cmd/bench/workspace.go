// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// system is what is measured.
type system string

const (
	ours  system = "ims"
	floor system = "floor"       // the provider that does nothing
	quiet system = "quiet floor" // the same without its logs, which Terraform throws away
)

var systems = []system{ours, floor, quiet}

// variables of the quiet floor switch off the loggers of a provider and of the libraries it is built on.
var variables = map[system][]string{quiet: {"TF_LOG_SDK=OFF", "TF_LOG_SDK_PROTO=OFF", "TF_LOG_SDK_FRAMEWORK=OFF"}}

// bench has the binaries that are measured, each in a folder of its own, and the workspaces.
type bench struct{ terraform, dir string }

func newBench(terraform string) (*bench, error) {
	dir, err := os.MkdirTemp("", "ims-bench-")
	return &bench{terraform, dir}, err
}

func (b *bench) close() error { return os.RemoveAll(b.dir) }

// binary returns where the provider of a system is.
func (b *bench) binary(s system) string {
	if s == quiet {
		s = floor
	}
	return filepath.Join(b.dir, string(s), tfrun.BinaryName)
}

// build builds both providers as a release is built, and gives the floor the schemas of the real one.
func (b *bench) build(ctx context.Context) error {
	for s, pkg := range map[system]string{ours: tfrun.Module, floor: tfrun.Module + "/internal/cmd/bench/floor"} {
		if err := tfrun.Build(ctx, pkg, b.binary(s), "-trimpath", "-ldflags=-s -w -X main.version=0.0.1"); err != nil {
			return err
		}
	}
	schema, stderr, err := tfrun.Output(ctx, exec.CommandContext(ctx, "go", "run", tfrun.Module+"/internal/cmd/schema"))
	if err != nil {
		return fmt.Errorf("reading the schemas: %w\n\n%s", err, stderr)
	}
	return os.WriteFile(filepath.Join(filepath.Dir(b.binary(floor)), "schema.json"), []byte(schema), 0o600)
}

// workspace is a folder of Terraform with a provider and a service of its own.
type workspace struct {
	*tfrun.Folder

	mock *imstest.Server
	stop func()
}

// part is what a workspace is made of.
type part func(*workspace) error

func (b *bench) newWorkspace(mock *imstest.Server, parts ...part) (*workspace, error) {
	dir, err := os.MkdirTemp(b.dir, "workspace-")
	if err != nil {
		return nil, err
	}
	folder, err := tfrun.New(b.terraform, dir)
	if err != nil {
		return nil, err
	}
	w := &workspace{Folder: folder, mock: mock}
	w.stop = w.Serve(mock)
	for _, add := range parts {
		err = errors.Join(err, add(w))
	}
	return w, err
}

func provider(binary string) part {
	return func(w *workspace) error { return w.Override(tfrun.Source, filepath.Dir(binary)) }
}

func environment(variables ...string) part {
	return func(w *workspace) error {
		w.Env = append(w.Env, variables...)
		return nil
	}
}

const (
	requirement = `terraform {
  required_providers {
    ims = {
      source = "` + tfrun.Source + `"
    }
  }
}
`
	tagsPerImage = 10
)

// images is how many images so many tags are on.
func images(tags int) int { return (tags + tagsPerImage - 1) / tagsPerImage }

// withTags is a configuration with a block for each tag. The images are added to the mock.
func withTags(tags int) part {
	return func(w *workspace) error {
		var config strings.Builder
		config.WriteString(requirement)
		image := ""
		for i := range tags {
			if i%tagsPerImage == 0 {
				image = w.mock.AddImage(fmt.Sprintf("image-%d", i/tagsPerImage))
			}
			fmt.Fprintf(&config, `
resource "ims_image_tag" "t%d" {
  image_id = %q
  key      = "key-%d"
  value    = "value-%d"
}
`, i, image, i%tagsPerImage, i)
		}
		return w.Write("main.tf", config.String())
	}
}
