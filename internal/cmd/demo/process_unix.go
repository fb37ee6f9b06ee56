//go:build unix

package main

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

func interrupt(process *os.Process) error { return process.Signal(os.Interrupt) }
