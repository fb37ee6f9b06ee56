//go:build !linux && !darwin && !freebsd && !netbsd && !openbsd && !dragonfly

package ims

import (
	"context"
	"errors"
	"os"
)

// TurnsDir returns nothing: here processes share no turns.
func TurnsDir() string { return "" }

func lockFile(_ context.Context, file *os.File) error {
	return errors.Join(errors.ErrUnsupported, file.Close())
}
