// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"text/template"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// handshakeCookie is without which a provider refuses to start.
const handshakeCookie = "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"

var (
	//go:embed main.tf.tmpl
	configurationText string
	configuration     = template.Must(template.New("").Parse(configurationText))
)

// workspace is a folder of Terraform with a provider and a service of its own.
type workspace struct {
	*tfrun.Folder

	binary string // of the provider
	mock   *imstest.Server
	stop   func()
}

// open makes a workspace. This program is put between Terraform and the provider, to measure its memory.
func (b *bench) open(s *system, tags int, latency time.Duration) (*workspace, error) {
	dir, err := os.MkdirTemp(b.dir, "workspace-")
	if err != nil {
		return nil, err
	}
	folder, err := tfrun.New(b.terraform, dir)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	w := &workspace{Folder: folder, binary: b.binary(s), mock: imstest.NewServer(
		imstest.WithRegion(regions[1], projects[1]), imstest.WithRegion(regions[2], projects[2]), imstest.WithRegion(regions[3], projects[3]),
	)}
	w.mock.SetLatency(latency)
	w.stop = w.Serve(w.mock)
	w.Env = slices.Concat(w.Env, s.env, []string{launchVariable + "=" + w.binary})
	return w, errors.Join(
		err,
		os.Symlink(self, filepath.Join(dir, tfrun.BinaryName)),
		w.Override(tfrun.Source, dir),
		w.configure(s, tags),
	)
}

// configure adds images to the mock, and writes a configuration of their tags.
func (w *workspace) configure(s *system, tags int) error {
	type image struct {
		ID, Region   string
		Number, Tags int
	}
	all := make([]image, max(images(tags), s.regions))
	for i := range all {
		region := i % s.regions
		all[i] = image{fmt.Sprintf("00000000-0000-4000-8000-%012d", i), regions[region], i, (tags + i) / len(all)}
		w.mock.PutImage(imstest.Image{ID: all[i].ID, ProjectID: projects[region]})
	}
	var text strings.Builder
	err := configuration.Execute(&text, map[string]any{
		"Source": tfrun.Source, "Mock": w.mock, "Images": all, "Regions": regions, "Blocks": regions[:s.blocks],
		"Aliases": s == aliases, "Sets": s == sets,
	})
	return errors.Join(err, w.Write("main.tf", text.String()))
}

// run measures a step.
func (w *workspace) run(ctx context.Context, s *step) (sample, error) {
	if s == start {
		return w.start(ctx)
	}
	command := w.Command(ctx, slices.Concat(s.args, []string{"-input=false", "-no-color"})...)
	command.Env = slices.Concat(command.Env, s.env)
	w.mock.ResetLog()
	begun := time.Now()
	stdout, stderr, err := tfrun.Output(ctx, command)
	measured := sample{wall: time.Since(begun).Seconds(), calls: make(map[imstest.Operation]int)}
	if err != nil {
		return measured, fmt.Errorf("terraform %s: %w\n\n%s%s", strings.Join(s.args, " "), err, stdout, stderr)
	}
	measured.cpu = (command.ProcessState.UserTime() + command.ProcessState.SystemTime()).Seconds()
	for _, request := range w.mock.Requests() {
		measured.calls[request.Operation]++
	}
	measured.memory, err = peak(w.Dir)
	return measured, err
}

// start starts the provider alone, and measures the time to the line in which it says where it listens. Terraform also
// has a certificate made first, which takes any provider the same time and is left out.
func (w *workspace) start(ctx context.Context) (sample, error) {
	info, err := os.Stat(w.binary)
	if err != nil {
		return sample{}, err
	}
	command := exec.CommandContext(ctx, w.binary)
	command.Env = append(tfrun.CleanEnvironment(os.Environ()), handshakeCookie, "PLUGIN_PROTOCOL_VERSIONS=6")
	stdout, err := command.StdoutPipe()
	begun := time.Now()
	if err := errors.Join(err, command.Start()); err != nil {
		return sample{}, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	took := time.Since(begun)
	_ = command.Process.Kill()
	_ = command.Wait() // it was killed
	if err != nil || !strings.Contains(line, "|grpc") {
		return sample{}, fmt.Errorf("the provider printed %q: %w", line, err)
	}
	return sample{wall: took.Seconds(), size: float64(info.Size())}, nil
}
