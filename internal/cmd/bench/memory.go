package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// launchVariable makes this program run a provider and note its memory.
const launchVariable = "IMSBENCH_LAUNCH"

// memory returns the bytes that a process of a provider took at the most, over all steps. For that, this program runs
// between Terraform and the provider.
func (b *bench) memory(ctx context.Context, binary string, tags int) (float64, error) {
	self, err := os.Executable()
	if err != nil {
		return 0, err
	}
	folder, err := os.MkdirTemp(b.dir, "launcher-")
	if err != nil {
		return 0, err
	}
	if err := os.Symlink(self, filepath.Join(folder, tfrun.BinaryName)); err != nil {
		return 0, err
	}
	w, err := b.newWorkspace(folder, setting{tags: tags}, launchVariable+"="+binary)
	if err != nil {
		return 0, err
	}
	defer w.stop()
	for _, s := range steps {
		if _, err := w.run(ctx, s); err != nil {
			return 0, err
		}
	}
	return largest(folder)
}

// launch runs a provider, notes its memory in the name of a file beside this program, and returns its exit code.
func launch(binary string) int {
	command := exec.Command(binary, os.Args[1:]...) //nolint:noctx,gosec // it ends with its parent, and runs what it was built to run
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := command.Run()
	if command.ProcessState != nil {
		peak := strconv.FormatInt(peakMemory(command.ProcessState), 10)
		_, err = os.CreateTemp(filepath.Dir(os.Args[0]), peak+noted+"*")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return command.ProcessState.ExitCode()
}

// noted is in the names of the files that say how much memory a process took.
const noted = "-bytes-"

// largest returns the largest number of bytes that is noted in a folder.
func largest(folder string) (float64, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*"+noted+"*"))
	most := 0.0
	for _, file := range files {
		number, _, _ := strings.Cut(filepath.Base(file), noted)
		value, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return 0, err
		}
		most = max(most, value)
	}
	if err == nil && most == 0 {
		err = errors.New("this system does not tell how much memory a process took")
	}
	return most, err
}
