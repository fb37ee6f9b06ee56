// SPDX-License-Identifier: MPL-2.0

//go:build unix

package tfrun

import (
	"os"
	"os/exec"
	"syscall"
)

// separate keeps a Ctrl-C in the terminal from the child: it is passed on once, and two of them would make Terraform
// end without saving its state.
func separate(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
}

// interrupt reaches the child and the children it has, as a Ctrl-C does.
func interrupt(process *os.Process) error { return syscall.Kill(-process.Pid, syscall.SIGINT) }

// killLeft kills what is left of the group of a child that has ended. Most often nothing is, which is no error.
func killLeft(process *os.Process) { _ = syscall.Kill(-process.Pid, syscall.SIGKILL) }
