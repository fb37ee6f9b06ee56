// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// handshakeCookie is without which a provider refuses to start.
const handshakeCookie = "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"

// figure is a number about both binaries.
type figure struct {
	name    string
	format  string  // of the number in its unit
	unit    float64 // in seconds or bytes
	most    float64 // of the floor's
	times   int     // it is measured
	measure func(ctx context.Context, binary string) (float64, error)
	values  map[system][]float64
}

func (f figure) of(s system) float64 { return middle(slices.Sorted(slices.Values(f.values[s]))) }

// binaries measures both binaries by themselves.
func (b *bench) binaries(ctx context.Context, o options) ([]figure, error) {
	memory := func(ctx context.Context, binary string) (float64, error) {
		w, err := b.newWorkspace(imstest.NewServer(), launched(binary), withTags(o.tags))
		if err != nil {
			return 0, err
		}
		defer w.stop()
		for _, s := range steps {
			if _, err := w.run(ctx, s); err != nil {
				return 0, err
			}
		}
		return peak(w.Dir)
	}
	figures := []figure{
		{name: "start to handshake", format: "%.1f ms", unit: 1e-3, most: 1.3, times: 4*o.rounds + 1, measure: startTime},
		{name: "memory at the most", format: "%.1f MB", unit: 1e6, most: 1.3, times: min(o.rounds, fewer), measure: memory},
		{name: "size", format: "%.1f MB", unit: 1e6, most: 1.35, times: 1, measure: fileSize},
	}
	for i := range figures {
		f := &figures[i]
		f.values = make(map[system][]float64)
		for range f.times {
			for _, s := range []system{ours, floor} {
				value, err := f.measure(ctx, b.binary(s))
				if err != nil {
					return nil, fmt.Errorf("%s of %s: %w", f.name, s, err)
				}
				f.values[s] = append(f.values[s], value)
			}
		}
	}
	return figures, nil
}

// startTime starts a provider, and returns the seconds to the line in which it says where it listens. Terraform also has
// a certificate made first, which takes any provider the same time and is left out.
func startTime(ctx context.Context, binary string) (float64, error) {
	command := exec.CommandContext(ctx, binary)
	command.Env = append(tfrun.CleanEnvironment(os.Environ()), handshakeCookie, "PLUGIN_PROTOCOL_VERSIONS=6")
	stdout, err := command.StdoutPipe()
	if err != nil {
		return 0, err
	}
	begun := time.Now()
	if err := command.Start(); err != nil {
		return 0, err
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	took := time.Since(begun)
	_ = command.Process.Kill()
	_ = command.Wait() // it was killed
	if err != nil || !strings.Contains(line, "|grpc") {
		return 0, fmt.Errorf("it printed %q: %w", line, err)
	}
	return took.Seconds(), nil
}

func fileSize(_ context.Context, binary string) (float64, error) {
	info, err := os.Stat(binary)
	if err != nil {
		return 0, err
	}
	return float64(info.Size()), nil
}
