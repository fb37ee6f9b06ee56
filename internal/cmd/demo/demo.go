// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"encoding/json"
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

// demo is a mock of the service, and a folder in which Terraform uses it.
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

func newDemo(terraform, dir string, stdout io.Writer) (*demo, error) {
	folder, err := tfrun.New(terraform, dir)
	if err != nil {
		return nil, err
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

// prepare builds the provider, and lets Terraform install it from a mirror as it does from a registry.
func (d *demo) prepare(ctx context.Context) error {
	source, stderr, err := tfrun.Output(ctx, exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", tfrun.Module))
	if err != nil {
		return fmt.Errorf("run it in the folder of the provider's source, with make demo: %w\n\n%s", err, stderr)
	}
	if d.version, err = d.Version(ctx); err != nil {
		return err
	}
	err = d.print("Building the provider, and starting a mock of the Image Management Service with three images.\n" +
		"Running " + d.version + ", with settings of its own, in a temporary folder.\n")
	if err != nil {
		return err
	}
	binary := filepath.Join(d.Dir, tfrun.BinaryName)
	if err := tfrun.Build(ctx, tfrun.Module, binary); err != nil {
		return err
	}
	if err := errors.Join(d.Mirror(binary), d.configure(strings.TrimSpace(source))); err != nil {
		return err
	}
	_, err = d.terraform(ctx, "init")
	return err
}

// configure writes the configuration of examples/demo, for the images of the mock.
func (d *demo) configure(source string) error {
	example, err := os.ReadFile(filepath.Join(source, "examples", "demo", "main.tf"))
	if err != nil {
		return err
	}
	variables, err := json.Marshal(map[string]any{"images": d.images})
	if err != nil {
		return err
	}
	return errors.Join(d.Write("main.tf", string(example)), d.Write("terraform.tfvars.json", string(variables)))
}

// terraform runs a command as a person types it. A plan is saved for the next apply.
func (d *demo) terraform(ctx context.Context, typed string) (string, error) {
	const planFile = "demo.tfplan"
	words := strings.Fields(typed)
	args := append([]string{words[0], "-input=false", "-no-color"}, words[1:]...)
	switch words[0] {
	case "plan":
		args = append(args, "-out="+planFile)
	case "apply":
		args = append(args, planFile)
	}
	stdout, stderr, err := tfrun.Output(ctx, d.Command(ctx, args...))
	d.last = fmt.Sprintf("%s %s printed:\n%s%s", d.program, typed, stdout, stderr)
	if err != nil {
		err = fmt.Errorf("%s %s: %w", d.program, typed, err)
	}
	return stdout, err
}
