package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// The variables that make this program run a provider and write its memory into a folder.
const (
	launchVariable = "IMSBENCH_LAUNCH"
	memoryVariable = "IMSBENCH_MEMORY"
)

// memory returns the bytes that a process of a provider took at the most, over all steps. For that, this program runs
// between Terraform and the provider.
func (b *bench) memory(ctx context.Context, binary string, tags int) (float64, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	launcher, err := os.MkdirTemp(b.dir, "launcher-")
	if err != nil {
		return 0, err
	}
	written, err := os.MkdirTemp(b.dir, "memory-")
	if err != nil {
		return 0, err
	}
	if err := os.Symlink(self, filepath.Join(launcher, tfrun.BinaryName)); err != nil {
		return 0, err
	}
	w, err := b.newWorkspace(launcher, tags, 0, launchVariable+"="+binary, memoryVariable+"="+written)
	if err != nil {
		return 0, err
	}
	defer w.close()
	for _, step := range steps {
		if _, err := w.run(ctx, step); err != nil {
			return 0, err
		}
	}
	return largest(written)
}

// launch runs a provider, writes its memory into a file of its own, and returns its exit code.
func launch(binary, folder string) int {
	command := exec.Command(binary, os.Args[1:]...) //nolint:noctx // it ends with its parent
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := command.Run()
	if command.ProcessState != nil {
		peak := strconv.FormatInt(peakMemory(command.ProcessState), 10)
		err = os.WriteFile(filepath.Join(folder, strconv.Itoa(os.Getpid())), []byte(peak), 0o600)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return exitFailed
	}
	return command.ProcessState.ExitCode()
}

// largest returns the largest of the numbers in the files of a folder.
func largest(folder string) (float64, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		return 0, err
	}
	most := 0.0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		number, err := strconv.ParseFloat(string(content), 64)
		if err != nil {
			return 0, err
		}
		most = max(most, number)
	}
	if most == 0 {
		return 0, errors.New("this system does not tell how much memory a process took")
	}
	return most, nil
}
