//go:build !unix

package main

import (
	"os"
	"os/exec"
)

func separate(*exec.Cmd) {}

func interrupt(process *os.Process) error { return process.Kill() }

func killLeft(*os.Process) {}
