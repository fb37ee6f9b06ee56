// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package tfrun

import (
	"os"
	"os/exec"
)

func separate(*exec.Cmd) {}

func interrupt(process *os.Process) error { return process.Kill() }

func killLeft(*os.Process) {}
