//go:build !unix

package cli

import (
	"os"
	"os/exec"
)

func separate(*exec.Cmd) {}

func interrupt(process *os.Process) error { return process.Kill() }

func killLeft(*os.Process) {}
