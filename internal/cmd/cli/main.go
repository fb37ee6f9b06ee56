// SPDX-License-Identifier: MPL-2.0

// Command cli prints the path of a Terraform or OpenTofu: the one on the PATH, or else an OpenTofu that it builds from the
// Go module proxy. With an argument such as terraform@1.5.7 or tofu@1.10.10 it prints the path of that version.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// fallback is built where neither Terraform nor OpenTofu is at hand.
const fallback = "tofu@1.12.6"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	err := run(ctx, os.Args[1:], tfrun.LookPath, os.Stdout, os.Stderr)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "cli:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, lookPath func(string) (string, error), stdout, stderr io.Writer) error {
	cache, err := os.UserCacheDir()
	if err != nil {
		return err
	}
	b := builder{cache: filepath.Join(cache, tfrun.BinaryName), env: os.Environ(), progress: stderr}
	path, err := find(ctx, args, lookPath, b)
	if err == nil {
		fmt.Fprintln(stdout, path)
	}
	return err
}

func find(ctx context.Context, args []string, lookPath func(string) (string, error), b builder) (string, error) {
	if len(args) > 0 {
		p, err := parse(args[0])
		if err != nil {
			return "", err
		}
		if path, err := lookPath(p.name); err == nil && isVersion(ctx, path, p.version) {
			return path, nil
		}
		return b.get(ctx, p)
	}
	if path, err := tfrun.Find(lookPath); err == nil {
		return path, nil
	}
	p, err := parse(fallback)
	if err != nil {
		return "", err
	}
	if path := b.path(p); isVersion(ctx, path, p.version) {
		return path, nil
	}
	fmt.Fprintln(b.progress, "Neither terraform nor tofu is on the PATH: OpenTofu is built from its Go module instead, once.")
	return b.get(ctx, p)
}

// isVersion reports whether the Terraform or OpenTofu at a path exists, runs, and has a version.
func isVersion(ctx context.Context, path, version string) bool {
	found, err := tfrun.Version(ctx, path)
	return err == nil && strings.HasSuffix(found, " v"+version)
}
