//go:build unix

package main

import (
	"os"
	"runtime"
	"syscall"
)

// peakMemory returns how much memory a process took at the most, in bytes.
func peakMemory(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	switch {
	case !ok:
		return 0
	case runtime.GOOS == "darwin": // which counts in bytes, where others count in kilobytes
		return int64(usage.Maxrss) //nolint:unconvert // it is an int32 elsewhere
	}
	return int64(usage.Maxrss) * 1024 //nolint:unconvert // it is an int32 elsewhere
}
