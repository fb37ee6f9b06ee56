//go:build unix

package main

import (
	"os"
	"syscall"
)

// peakMemory returns how much memory a process took at the most, in bytes.
func peakMemory(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return int64(usage.Maxrss) * bytesOfMaxrss() //nolint:unconvert // it is an int32 elsewhere
}
