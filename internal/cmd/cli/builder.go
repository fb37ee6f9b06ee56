// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// shutdownTime is how long a build may take to end after an interrupt.
const shutdownTime = 10 * time.Second

// builder builds programs from their Go modules and keeps them in a folder, one folder for each version.
type builder struct {
	cache    string
	env      []string
	progress io.Writer
}

func (b builder) path(p program) string {
	return filepath.Join(b.cache, p.name+"-"+p.version, p.file())
}

// get returns the path of a program, which it builds if it has not been built before.
func (b builder) get(ctx context.Context, p program) (string, error) {
	path := b.path(p)
	if isVersion(ctx, path, p.version) {
		return path, nil
	}
	if err := b.build(ctx, p, path); err != nil {
		if ctx.Err() != nil {
			return "", errors.New("interrupted")
		}
		return "", fmt.Errorf("%s %s cannot be built from the Go module %s, so install Terraform or OpenTofu yourself "+
			"(https://developer.hashicorp.com/terraform/install, https://opentofu.org/docs/intro/install): %w", p.name, p.version, p.module, err)
	}
	return path, nil
}

// build builds a program beside its place, and puts it there only when it is complete and runs.
func (b builder) build(ctx context.Context, p program, path string) (err error) {
	if err := os.MkdirAll(b.cache, 0o700); err != nil {
		return err
	}
	work, err := os.MkdirTemp(b.cache, "build-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	// Nothing of the caller's project applies to the module, and what go leaves behind when it is killed is removed with the folder.
	b.env = append(b.env, "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=-mod=readonly", "GOTMPDIR="+work)

	fmt.Fprintf(b.progress, "Downloading the source of %s %s.\n", p.name, p.version)
	source, err := b.download(ctx, p)
	if err != nil {
		return err
	}
	built := filepath.Join(work, p.file())
	if err := b.compile(ctx, p, source, built); err != nil {
		return err
	}
	if !isVersion(ctx, built, p.version) {
		return fmt.Errorf("what was built does not say that it is version %s", p.version)
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	fmt.Fprintf(b.progress, "Built %s.\n", path)
	return os.Rename(built, path)
}

// download returns the folder of the program's module, whose content go has checked against the checksum database.
func (b builder) download(ctx context.Context, p program) (string, error) {
	printed, err := b.goCommand(ctx, io.Discard, "mod", "download", "-json", p.module+"@v"+p.version)
	var module struct{ Dir, Error string }
	if jsonErr := json.Unmarshal(printed, &module); jsonErr == nil && module.Error != "" {
		return "", errors.New(module.Error)
	}
	if err == nil && module.Dir == "" {
		err = errors.New("go mod download does not say where the module is")
	}
	return module.Dir, err
}

func (b builder) compile(ctx context.Context, p program, source, built string) error {
	printed, err := b.goCommand(ctx, io.Discard, "list", "-C", source, "-deps", p.pkg)
	if err != nil {
		return err
	}
	packages := bytes.Count(printed, []byte("\n"))
	fmt.Fprintf(b.progress, "Compiling %d packages, which can take 15 minutes.\n", packages)
	_, err = b.goCommand(ctx, &counter{of: packages, progress: b.progress},
		"build", "-C", source, "-v", "-trimpath", "-ldflags=-s -w -X "+p.module+"/version.dev=no", "-o", built, p.pkg)
	return err
}

// goCommand runs go and returns what it printed. Its error contains what go said.
func (b builder) goCommand(ctx context.Context, stderr io.Writer, args ...string) ([]byte, error) {
	var said bytes.Buffer
	command := exec.CommandContext(ctx, "go", args...)
	command.Env = b.env
	command.Stderr = io.MultiWriter(&said, stderr)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = shutdownTime
	printed, err := command.Output()
	if err != nil {
		err = fmt.Errorf("go %s: %w\n%s", args[0], err, lastLines(said.String(), 20))
	}
	return printed, err
}

func lastLines(text string, many int) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-many):], "\n")
}

// counter reads the packages that go build -v prints, a line each, and prints each tenth of them.
type counter struct {
	of, seen, tenths int
	progress         io.Writer
}

func (c *counter) Write(p []byte) (int, error) {
	c.seen += bytes.Count(p, []byte("\n"))
	if tenths := min(c.seen*10/c.of, 10); tenths > c.tenths {
		c.tenths = tenths
		fmt.Fprintf(c.progress, "  %d%% compiled\n", tenths*10)
	}
	return len(p), nil
}
