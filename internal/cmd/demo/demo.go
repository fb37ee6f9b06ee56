// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// demo is a mock of the service, and a temporary folder in which Terraform uses it.
type demo struct {
	*tfrun.Folder

	program string // Terraform's name
	version string // with the name of the product
	last    string // the last command and its output
	mock    *imstest.Server
	stop    func()            // of the mock
	images  map[string]string // IDs by name
	stdout  io.Writer
}

var imageNames = []string{"debian-12", "golden", "windows-2025"}

func newDemo(terraform string, stdout io.Writer) (*demo, error) {
	dir, err := os.MkdirTemp("", "ims-demo-")
	if err != nil {
		return nil, err
	}
	folder, err := tfrun.New(terraform, dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	d := &demo{Folder: folder, program: filepath.Base(terraform), mock: imstest.NewServer(), images: make(map[string]string), stdout: stdout}
	d.stop = d.Serve(d.mock)
	d.Env = append(d.Env, "TMPDIR="+dir)
	for _, name := range imageNames {
		d.images[name] = d.mock.AddImage(name)
	}
	d.mock.SetTag(d.images["debian-12"], "built-by", "pipeline-77") // which Terraform does not manage
	return d, nil
}

// print prints text. When nobody reads it any more, the demo ends.
func (d *demo) print(text string) error {
	if _, err := io.WriteString(d.stdout, text); err != nil {
		return tfrun.ErrInterrupted
	}
	return nil
}

func (d *demo) close() error {
	d.stop()
	return os.RemoveAll(d.Dir)
}

// prepare builds the provider, and lets Terraform install it from a mirror as it does from a registry.
func (d *demo) prepare(ctx context.Context) error {
	source, err := sourceFolder(ctx)
	if err != nil {
		return err
	}
	err = d.print("Building the provider, and starting a mock of the Image Management Service with three images.\n")
	if err != nil {
		return err
	}
	binary := filepath.Join(d.Dir, tfrun.BinaryName)
	if err := tfrun.Build(ctx, tfrun.Module, binary); err != nil {
		return err
	}
	if err := errors.Join(d.Mirror(binary), d.configure(source)); err != nil {
		return err
	}
	d.version, err = d.Version(ctx)
	if err != nil {
		return err
	}
	if err := d.print("Running " + d.version + ", with settings of its own, in a temporary folder.\n"); err != nil {
		return err
	}
	_, err = d.terraform(ctx, "init")
	return err
}

// sourceFolder returns the folder of the provider's source.
func sourceFolder(ctx context.Context) (string, error) {
	folder, stderr, err := tfrun.Output(ctx, exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", tfrun.Module))
	if err != nil && !errors.Is(err, tfrun.ErrInterrupted) {
		err = fmt.Errorf("run it in the folder of the provider's source, with make demo: %s", strings.TrimSpace(stderr))
	}
	return strings.TrimSpace(folder), err
}

// configure writes the configuration of examples/demo, for the images of the mock.
func (d *demo) configure(source string) error {
	example, err := os.ReadFile(filepath.Join(source, "examples", "demo", "main.tf"))
	if err != nil {
		return err
	}
	var variables strings.Builder
	for name, id := range d.images {
		fmt.Fprintf(&variables, "  %q = %q\n", name, id)
	}
	return errors.Join(
		d.Write("main.tf", string(example)),
		d.Write("terraform.tfvars", "images = {\n"+variables.String()+"}\n"),
	)
}
