// SPDX-License-Identifier: MPL-2.0

package tfrun

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"time"
)

// shutdownTime is how long a command may take to end after an interrupt.
const shutdownTime = 20 * time.Second

// ErrInterrupted is the end of a command that a person ends.
var ErrInterrupted = errors.New("interrupted")

// Output runs a command of the context in a process group of its own, and returns what it printed. When the context
// ends, the group gets what a Ctrl-C would send it, and time to clean up. What is left of a group that failed is killed.
func Output(ctx context.Context, command *exec.Cmd) (stdout, stderr string, err error) {
	var outText, errText strings.Builder
	command.Stdout, command.Stderr = &outText, &errText
	separate(command)
	command.Cancel = func() error { return interrupt(command.Process) }
	if command.WaitDelay == 0 {
		command.WaitDelay = shutdownTime
	}
	err = command.Run()
	if err != nil && command.Process != nil {
		killLeft(command.Process)
	}
	if ctx.Err() != nil {
		return "", "", ErrInterrupted
	}
	return outText.String(), errText.String(), err
}
