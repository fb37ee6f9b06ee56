// SPDX-License-Identifier: MPL-2.0

//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package store

import (
	"context"
	"errors"
	"os"
)

// FileLocksDir returns "": on this system, processes share no files.
func FileLocksDir() string { return "" }

func lockFile(_ context.Context, file *os.File) error {
	return errors.Join(errors.ErrUnsupported, file.Close())
}
