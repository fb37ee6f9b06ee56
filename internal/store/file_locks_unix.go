// SPDX-License-Identifier: MPL-2.0

//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// FileLocksDir returns the folder in which the processes of this user share their files, and creates it if necessary. It
// is in the folder for temporary files, where another user may have created a folder with the same name. FileLocksDir
// returns "" if the folder does not belong to this user alone, or cannot be created.
func FileLocksDir() string {
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("terraform-provider-ims-%d", os.Getuid()))
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return ""
	}
	info, err := os.Lstat(dir)
	if err != nil || !info.IsDir() || info.Mode().Perm() != 0o700 {
		return ""
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); !ok || int(owner.Uid) != os.Getuid() {
		return ""
	}
	return dir
}

// lockFile waits until it has locked a file. If it fails, it closes the file.
func lockFile(ctx context.Context, file *os.File) error {
	fd := int(file.Fd())
	err := syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB)
	if err == nil {
		return nil
	}
	if !errors.Is(err, syscall.EWOULDBLOCK) {
		return errors.Join(err, file.Close())
	}
	locked := make(chan error, 1)
	go func() { locked <- waitForLock(fd) }()
	select {
	case err := <-locked:
		if err != nil {
			return errors.Join(err, file.Close())
		}
		return nil
	case <-ctx.Done():
		go func() {
			_ = errors.Join(<-locked, file.Close()) // nobody waits for this lock any more
		}()
		return ctx.Err()
	}
}

func waitForLock(fd int) error {
	for {
		err := syscall.Flock(fd, syscall.LOCK_EX)
		if !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
