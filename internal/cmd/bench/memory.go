// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// launchVariable makes this program run a provider and note its memory.
const launchVariable = "IMSBENCH_LAUNCH"

// process is what is noted of a process that has ended.
type process struct {
	Begun, Ended time.Time
	Peak         float64 // of its memory, in bytes
}

const notes = "process-*.json"

// launched puts this program between Terraform and a provider.
func launched(binary string) part {
	return func(w *workspace) error {
		self, err := os.Executable()
		if err != nil {
			return err
		}
		launcher := filepath.Join(w.Dir, tfrun.BinaryName)
		return errors.Join(os.Symlink(self, launcher), provider(launcher)(w), environment(launchVariable+"="+binary)(w))
	}
}

// launch runs a provider, notes its memory beside this program, and returns its exit code.
func launch(binary string) int {
	command := exec.Command(binary, os.Args[1:]...) //nolint:noctx,gosec // it ends with its parent, and runs what it was built to run
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	begun := time.Now()
	err := command.Run()
	if command.ProcessState != nil {
		err = process{begun, time.Now(), peakMemory(command.ProcessState)}.note(filepath.Dir(os.Args[0]))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return command.ProcessState.ExitCode()
}

// note writes a file of its own, because several processes end at the same time.
func (p process) note(folder string) error {
	file, err := os.CreateTemp(folder, notes)
	if err != nil {
		return err
	}
	return errors.Join(json.NewEncoder(file).Encode(p), file.Close())
}

// peakMemory returns the peak memory of a process in bytes, or 0 where the system does not tell.
func peakMemory(state *os.ProcessState) float64 {
	usage := reflect.Indirect(reflect.ValueOf(state.SysUsage()))
	peak := usage.FieldByName("Maxrss") // a field of Unix, whose type depends on the system
	switch {
	case !peak.IsValid():
		return 0
	case runtime.GOOS == "darwin": // counts in bytes, others in kilobytes
		return float64(peak.Int())
	}
	return float64(peak.Int()) * 1024
}

// peak returns the largest sum of the memory of processes that ran at the same time, from the notes in a folder.
func peak(folder string) (float64, error) {
	files, err := filepath.Glob(filepath.Join(folder, notes))
	if err != nil {
		return 0, err
	}
	processes := make([]process, len(files))
	for i, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			return 0, err
		}
		if err := json.Unmarshal(content, &processes[i]); err != nil {
			return 0, err
		}
	}
	most := 0.0
	for _, p := range processes {
		sum := 0.0
		for _, other := range processes {
			if !other.Begun.After(p.Begun) && other.Ended.After(p.Begun) {
				sum += other.Peak
			}
		}
		most = max(most, sum)
	}
	if most == 0 {
		return 0, errors.New("this system does not tell how much memory a process took")
	}
	return most, nil
}
