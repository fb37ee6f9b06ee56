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
	"runtime"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

const (
	module          = "github.com/terraform-provider-ims/terraform-provider-ims"
	providerVersion = "0.0.1"
)

// stage is what the steps play on: a mock of the service, and a temporary folder for Terraform.
type stage struct {
	terraform *terraform
	mock      *imstest.Server
	listener  *httptest.Server
	images    []demoImage
	dir       string
	stdout    io.Writer
}

type demoImage struct{ name, id string }

// newStage prepares all that the steps need. It leaves nothing behind when it fails.
func newStage(ctx context.Context, path string, stdout io.Writer) (_ *stage, err error) {
	dir, err := os.MkdirTemp("", "ims-demo-")
	if err != nil {
		return nil, err
	}
	s := &stage{dir: dir, mock: imstest.NewServer(), stdout: stdout}
	s.listener = httptest.NewServer(s.mock)
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	for _, name := range []string{"debian-12", "golden", "windows-2025"} {
		s.images = append(s.images, demoImage{name: name, id: s.mock.AddImage(name)})
	}
	s.mock.SetTag(s.images[0].id, "built-by", "pipeline-77")

	root, err := moduleRoot(ctx)
	if err != nil {
		return nil, err
	}
	fmt.Fprintln(stdout, "Building the provider, and starting a mock of the Image Management Service with three images.")
	if err := s.install(ctx, root); err != nil {
		return nil, err
	}
	if err := s.configure(root); err != nil {
		return nil, err
	}
	s.terraform = &terraform{path: path, dir: s.dir, env: s.environment(), stdout: stdout}
	version, err := s.terraform.version(ctx)
	if err != nil {
		return nil, s.terraform.explain(err)
	}
	fmt.Fprintf(stdout, "Running %s, with settings of its own, in a temporary folder.\n", version)
	return s, s.terraform.explain(s.terraform.init(ctx))
}

func (s *stage) close() error {
	s.listener.Close()
	return os.RemoveAll(s.dir)
}

// moduleRoot is the folder of the provider's source.
func moduleRoot(ctx context.Context) (string, error) {
	root, stderr, err := tfrun.Output(ctx, exec.CommandContext(ctx, "go", "list", "-m", "-f", "{{.Dir}}", module))
	switch {
	case errors.Is(err, tfrun.ErrInterrupted):
		return "", err
	case err != nil:
		return "", fmt.Errorf("run it in the folder of the provider's source, with make demo: %s", strings.TrimSpace(stderr))
	}
	return strings.TrimSpace(root), nil
}

// install builds the provider into a filesystem mirror, where Terraform installs it from as from a registry.
func (s *stage) install(ctx context.Context, root string) error {
	binary := filepath.Join(s.dir, "provider")
	build := exec.CommandContext(ctx, "go", "build", "-o", binary, ".")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOTMPDIR="+s.dir)
	if _, stderr, err := tfrun.Output(ctx, build); errors.Is(err, tfrun.ErrInterrupted) {
		return err
	} else if err != nil {
		return fmt.Errorf("building the provider: %w\n\n%s", err, stderr)
	}
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		folder := filepath.Join(s.dir, "mirror", host, "terraform-provider-ims", "ims", providerVersion, runtime.GOOS+"_"+runtime.GOARCH)
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return err
		}
		if err := os.Link(binary, filepath.Join(folder, "terraform-provider-ims_v"+providerVersion)); err != nil {
			return err
		}
	}
	return nil
}

// configure writes the files that Terraform reads.
func (s *stage) configure(root string) error {
	example, err := os.ReadFile(filepath.Join(root, "examples", "demo", "main.tf"))
	if err != nil {
		return err
	}
	if err := s.write("main.tf", string(example)); err != nil {
		return err
	}
	var variables strings.Builder
	variables.WriteString("images = {\n")
	for _, image := range s.images {
		fmt.Fprintf(&variables, "  %q = %q\n", image.name, image.id)
	}
	variables.WriteString("}\n")
	if err := s.write("terraform.tfvars", variables.String()); err != nil {
		return err
	}
	return s.write("terraformrc", fmt.Sprintf(
		"provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.Join(s.dir, "mirror")))
}

func (s *stage) write(name, content string) error {
	return os.WriteFile(filepath.Join(s.dir, name), []byte(content), 0o600)
}

// environment is the person's, without what Terraform or the provider would read of it.
func (s *stage) environment() []string {
	return append(tfrun.CleanEnvironment(os.Environ()),
		"TF_CLI_CONFIG_FILE="+filepath.Join(s.dir, "terraformrc"),
		"TF_IN_AUTOMATION=1",
		"CHECKPOINT_DISABLE=1",
		"TMPDIR="+s.dir,
		"IMS_ENDPOINT="+s.listener.URL,
		"HW_PROJECT_ID="+imstest.ProjectID,
		"HW_AUTH_TOKEN="+imstest.Token,
	)
}

// showTags prints the tags as the service holds them.
func (s *stage) showTags() {
	fmt.Fprintln(s.stdout, "   The service holds:")
	names, tags := make([]string, 0, len(s.images)), make([]map[string]string, 0, len(s.images))
	for _, image := range s.images {
		names, tags = append(names, image.name), append(tags, s.mock.Tags(image.id))
	}
	for _, line := range table(names, tags) {
		fmt.Fprintf(s.stdout, "     %s\n", line)
	}
}
