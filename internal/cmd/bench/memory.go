// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"time"
)

// launchVariable makes this program run a provider and note its memory.
const launchVariable = "IMSBENCH_LAUNCH"

// process is what is noted of a process that has ended.
type process struct {
	Begun, Ended time.Time
	Peak         float64 // of its memory, in bytes
}

// notes is a file in the folder of the launcher.
const notes = "processes.json"

// launch runs a provider, the floor as well as the real one, notes its memory, and returns its exit code.
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

// note appends to the notes in one write, because several processes end at the same time.
func (p process) note(folder string) error {
	file, err := os.OpenFile(filepath.Join(folder, notes), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(json.NewEncoder(file).Encode(p), file.Close())
}

// peakMemory returns the peak memory of a process in bytes, or 0 where the system does not tell.
func peakMemory(state *os.ProcessState) float64 {
	peak := reflect.Indirect(reflect.ValueOf(state.SysUsage())).FieldByName("Maxrss") // of Unix, with a type of the system
	switch {
	case !peak.IsValid():
		return 0
	case runtime.GOOS == "darwin":
		return float64(peak.Int())
	}
	return float64(peak.Int()) * 1024
}

// peak returns the largest sum of the memory of processes that ran at the same time, from the notes in a folder.
func peak(folder string) (float64, error) {
	content, err := os.ReadFile(filepath.Join(folder, notes))
	if err != nil {
		return 0, err
	}
	var processes []process
	for decoder := json.NewDecoder(bytes.NewReader(content)); decoder.More(); {
		var p process
		if err := decoder.Decode(&p); err != nil {
			return 0, err
		}
		processes = append(processes, p)
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
