package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// The variables that make this program launch a provider and write its memory down.
const (
	launchVariable = "IMSBENCH_LAUNCH"
	memoryVariable = "IMSBENCH_MEMORY"
)

// handshakeCookie is without which a provider refuses to start.
const handshakeCookie = "TF_PLUGIN_MAGIC_COOKIE=d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2"

// binaries measures both binaries by themselves.
func (b *bench) binaries(ctx context.Context, o options) (mine, nothing binary, err error) {
	all := map[system]*binary{ours: &mine, floor: &nothing}
	starts := make(map[system][]time.Duration)
	for range o.starts {
		for s := range all {
			took, err := b.start(ctx, s)
			if err != nil {
				return mine, nothing, err
			}
			starts[s] = append(starts[s], took)
		}
	}
	for s, measured := range all {
		measured.start = median(starts[s], func(d time.Duration) time.Duration { return d })
		info, err := os.Stat(b.binary(s))
		if err != nil {
			return mine, nothing, err
		}
		measured.size = info.Size()
	}
	peaks := make(map[system][]int64)
	for range o.rounds {
		for s := range all {
			peak, err := b.memory(ctx, s, o.tags)
			if err != nil {
				return mine, nothing, err
			}
			peaks[s] = append(peaks[s], peak)
		}
	}
	for s, measured := range all {
		measured.memory = median(peaks[s], func(peak int64) int64 { return peak })
	}
	return mine, nothing, nil
}

// start starts a provider, and returns how long it took to the line in which it says where it listens. Terraform also
// wants a certificate made first: that takes any provider the same time, and is left out.
func (b *bench) start(ctx context.Context, s system) (time.Duration, error) {
	command := exec.CommandContext(ctx, b.binary(s))
	command.Env = append(tfrun.CleanEnvironment(os.Environ()), handshakeCookie, "PLUGIN_PROTOCOL_VERSIONS=6")
	said, err := command.StdoutPipe()
	if err != nil {
		return 0, err
	}
	begun := time.Now()
	if err := command.Start(); err != nil {
		return 0, err
	}
	line, err := bufio.NewReader(said).ReadString('\n')
	took := time.Since(begun)
	if killing := command.Process.Kill(); err == nil {
		err = killing
	}
	_ = command.Wait() // it was killed
	if err == nil && !strings.Contains(line, "|grpc") {
		err = fmt.Errorf("it said %q", line)
	}
	if err != nil {
		return 0, fmt.Errorf("starting %s: %w", b.binary(s), err)
	}
	return took, nil
}

// memory returns how much memory a process of a provider took at the most, over all steps. This program runs between
// Terraform and the provider for that.
func (b *bench) memory(ctx context.Context, s system, tags int) (int64, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	folder, err := os.MkdirTemp(b.dir, "launcher-")
	if err != nil {
		return 0, err
	}
	if err := os.Symlink(self, filepath.Join(folder, binaryName)); err != nil {
		return 0, err
	}
	written := filepath.Join(folder, "memory")
	w, err := b.newWorkspace(folder, tags, 0, launchVariable+"="+b.binary(s), memoryVariable+"="+written)
	if err != nil {
		return 0, err
	}
	defer w.close()
	for _, step := range steps {
		if _, err := w.run(ctx, step); err != nil {
			return 0, err
		}
	}
	content, err := os.ReadFile(written)
	if err != nil {
		return 0, err
	}
	return largest(string(content))
}

// largest returns the largest of numbers, one a line.
func largest(lines string) (int64, error) {
	var all []int64
	for line := range strings.FieldsSeq(lines) {
		number, err := strconv.ParseInt(line, 10, 64)
		if err != nil {
			return 0, err
		}
		all = append(all, number)
	}
	if len(all) == 0 || slices.Max(all) == 0 {
		return 0, errors.New("this system does not tell how much memory a process took")
	}
	return slices.Max(all), nil
}

// launch runs a provider, adds how much memory it took to a file, and returns its exit code.
func launch(binary, written string) int {
	command := exec.Command(binary, os.Args[1:]...) //nolint:noctx,gosec // it ends with its parent, and runs what it was built to run
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := command.Run()
	if command.ProcessState == nil {
		fmt.Fprintln(os.Stderr, err)
		return exitFailed
	}
	if err := note(written, peakMemory(command.ProcessState)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitFailed
	}
	return command.ProcessState.ExitCode()
}

// note adds a number to a file in one write, because several processes may do so.
func note(path string, number int64) (err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	_, err = io.WriteString(file, strconv.FormatInt(number, 10)+"\n")
	return err
}

// bytesOfMaxrss is the unit in which a system counts the memory of a process.
func bytesOfMaxrss() int64 {
	if runtime.GOOS == "darwin" {
		return 1
	}
	return 1024
}
