package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http/httptest"
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

	dir      string
	program  string // Terraform's name
	last     string // the last command and its output
	mock     *imstest.Server
	listener *httptest.Server
	images   map[string]string // IDs by name
	stdout   io.Writer
}

func newDemo(stdout io.Writer) (*demo, error) {
	dir, err := os.MkdirTemp("", "ims-demo-")
	if err != nil {
		return nil, err
	}
	d := &demo{dir: dir, mock: imstest.NewServer(), images: make(map[string]string), stdout: stdout}
	d.listener = httptest.NewServer(d.mock)
	for _, name := range imageNames {
		d.images[name] = d.mock.AddImage(name)
	}
	d.edit(unmanaged)
	return d, nil
}

func (d *demo) close() error {
	d.listener.Close()
	return os.RemoveAll(d.dir)
}

// prepare builds the provider, and lets Terraform install it from a mirror as it does from a registry.
func (d *demo) prepare(ctx context.Context, path string) error {
	source, err := sourceFolder(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(d.stdout, "Building the provider, and starting a mock of the Image Management Service with three images.")
	binary := filepath.Join(d.dir, tfrun.BinaryName)
	if err := tfrun.Build(ctx, tfrun.Module, binary); err != nil {
		return err
	}
	mirror, err := tfrun.Mirror(filepath.Join(d.dir, "mirror"), binary)
	if err != nil {
		return err
	}
	if err := d.use(path, mirror); err != nil {
		return err
	}
	d.UseMock(d.listener.URL)
	d.Env = append(d.Env, "TMPDIR="+d.dir)
	if err := d.configure(source); err != nil {
		return err
	}
	version, err := d.Version(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(d.stdout, "Running %s, with settings of its own, in a temporary folder.\n", version)
	_, err = d.terraform(ctx, "init")
	return err
}

// use makes the folder one of the Terraform at a path.
func (d *demo) use(path string, installation tfrun.Installation) (err error) {
	d.program = filepath.Base(path)
	d.Folder, err = tfrun.New(path, d.dir, installation)
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
