//go:build !unix

package tfrun

import (
	"os"
	"os/exec"
)

func separate(*exec.Cmd) {}

func interrupt(process *os.Process) error { return process.Kill() }

func killLeft(*os.Process) {}
