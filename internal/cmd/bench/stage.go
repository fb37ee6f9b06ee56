package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

const (
	module     = "github.com/terraform-provider-ims/terraform-provider-ims"
	binaryName = "terraform-provider-ims"
)

// system is what is measured.
type system string

const (
	ours  system = "ims"
	floor system = "floor"       // the provider that does nothing
	quiet system = "quiet floor" // the same, without the logs that Terraform throws away
)

var systems = []system{ours, floor, quiet}

// quietVariables switch off the loggers of a provider and of what it is built on.
var quietVariables = []string{"TF_LOG_SDK=OFF", "TF_LOG_SDK_PROTO=OFF", "TF_LOG_SDK_FRAMEWORK=OFF"}

// bench has the binaries that are measured, each in a folder of its own.
type bench struct {
	terraform string
	dir       string
}

func newBench(ctx context.Context, terraform string) (_ *bench, err error) {
	dir, err := os.MkdirTemp("", "ims-bench-")
	if err != nil {
		return nil, err
	}
	b := &bench{terraform: terraform, dir: dir}
	defer func() {
		if err != nil {
			_ = os.RemoveAll(dir) // the error says what matters
		}
	}()
	if err := b.build(ctx, ours, module); err != nil {
		return nil, err
	}
	return b, b.build(ctx, floor, module+"/internal/cmd/bench/floor")
}

// binary is where the provider of a system is.
func (b *bench) binary(s system) string {
	if s == quiet {
		s = floor
	}
	return filepath.Join(b.dir, string(s), binaryName)
}

// folder is where the binary is, for Terraform.
func (b *bench) folder(s system) string { return filepath.Dir(b.binary(s)) }

// build builds a provider as a release is built.
func (b *bench) build(ctx context.Context, s system, pkg string) error {
	build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags=-s -w -X main.version=0.0.1", "-o", b.binary(s), pkg)
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=")
	if _, stderr, err := tfrun.Output(ctx, build); err != nil {
		return fmt.Errorf("building %s: %w\n\n%s", pkg, err, stderr)
	}
	return nil
}

// images is how many images so many tags are on.
func images(tags int) int { return (tags + tagsPerImage - 1) / tagsPerImage }

// workspace is a configuration with a provider and a service of its own.
type workspace struct {
	bench    *bench
	dir      string
	env      []string
	mock     *imstest.Server
	listener *httptest.Server
}

// newWorkspace writes a configuration of so many tags for a provider that is in a folder. Variables are added to the
// environment.
func (b *bench) newWorkspace(binaryFolder string, tags int, latency time.Duration, variables ...string) (*workspace, error) {
	dir, err := os.MkdirTemp(b.dir, "workspace-")
	if err != nil {
		return nil, err
	}
	w := &workspace{bench: b, dir: dir, mock: imstest.NewServer()}
	files := map[string]string{"main.tf": w.configuration(tags), "terraformrc": fmt.Sprintf(
		"provider_installation {\n  dev_overrides {\n    \"terraform-provider-ims/ims\" = %q\n  }\n}\n", binaryFolder)}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return nil, err
		}
	}
	w.mock.SetLatency(latency)
	w.listener = httptest.NewServer(w.mock)
	w.env = append(tfrun.CleanEnvironment(os.Environ()),
		"TF_CLI_CONFIG_FILE="+filepath.Join(dir, "terraformrc"),
		"CHECKPOINT_DISABLE=1",
		"IMS_ENDPOINT="+w.listener.URL,
		"HW_PROJECT_ID="+imstest.ProjectID,
		"HW_ACCESS_KEY="+imstest.AccessKey,
		"HW_SECRET_KEY="+imstest.SecretKey,
	)
	w.env = append(w.env, variables...)
	return w, nil
}

func (w *workspace) close() { w.listener.Close() }

// configuration is a block a tag, ten of them an image.
func (w *workspace) configuration(tags int) string {
	var config strings.Builder
	config.WriteString("terraform {\n  required_providers {\n    ims = {\n      source = \"terraform-provider-ims/ims\"\n    }\n  }\n}\n")
	image := ""
	for i := range tags {
		if i%tagsPerImage == 0 {
			image = w.mock.AddImage(fmt.Sprintf("image-%d", i/tagsPerImage))
		}
		fmt.Fprintf(&config, "\nresource \"ims_image_tag\" \"t%d\" {\n  image_id = %q\n  key      = \"key-%d\"\n  value    = \"value-%d\"\n}\n",
			i, image, i%tagsPerImage, i)
	}
	return config.String()
}

// sample is what a run of Terraform took.
type sample struct {
	wall, cpu time.Duration // of Terraform and the provider
	calls     map[imstest.Operation]int
}

// step is a command that is measured.
type step struct {
	name string
	args []string
	env  []string
	most float64 // of the time of the floor that it may take, without latency
}

// The steps, in this order. A plan fails if there is anything to change.
var (
	apply      = step{name: "apply", args: []string{"apply", "-auto-approve"}, most: mostApply}
	plan       = step{name: "plan", args: []string{"plan", "-detailed-exitcode"}, most: mostPlan}
	singlePlan = step{name: "plan, bulk_reads off", args: plan.args, env: []string{"IMS_BULK_READS=false"}, most: mostPlan}
	destroy    = step{name: "destroy", args: []string{"destroy", "-auto-approve"}, most: mostDestroy}

	steps = []step{apply, plan, singlePlan, destroy}
)

// run runs Terraform and measures it.
func (w *workspace) run(ctx context.Context, s step) (sample, error) {
	command := exec.CommandContext(ctx, w.bench.terraform, slices.Concat(s.args, []string{"-input=false", "-no-color"})...)
	command.Dir, command.Env = w.dir, slices.Concat(w.env, s.env)
	w.mock.ResetLog()
	begun := time.Now()
	stdout, stderr, err := tfrun.Output(ctx, command)
	took := time.Since(begun)
	if err != nil {
		return sample{}, fmt.Errorf("terraform %s: %w\n\n%s%s", strings.Join(s.args, " "), err, stdout, stderr)
	}
	measured := sample{
		wall: took, cpu: command.ProcessState.UserTime() + command.ProcessState.SystemTime(), calls: make(map[imstest.Operation]int),
	}
	for _, request := range w.mock.Requests() {
		measured.calls[request.Operation]++
	}
	return measured, nil
}
