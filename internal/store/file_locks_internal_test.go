// SPDX-License-Identifier: MPL-2.0

package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

var sharedImage = ims.Image{ProjectID: "0123456789abcdef0123456789abcdef", ID: "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"}

// processLocks returns the locks of a process with a name and a start time.
func processLocks(dir, name string, started time.Time) *FileLocks {
	return &FileLocks{dir: dir, process: process{name: name, started: started}}
}

// acquireLock acquires the lock of sharedImage.
func acquireLock(t *testing.T, locks *FileLocks) *fileLock {
	t.Helper()
	lock, err := locks.acquire(t.Context(), "https://ims.example.com", sharedImage)
	if err != nil {
		t.Fatal(err)
	}
	return lock
}

// expectWroteElsewhere checks whether another process has written the tag k.
func expectWroteElsewhere(t *testing.T, locks *FileLocks, want bool) {
	t.Helper()
	lock := acquireLock(t, locks)
	defer lock.release()
	if got := lock.wroteElsewhere("k", "reader's owner"); got != want {
		t.Errorf("%s: another process wrote the tag: %t", locks.name, got)
	}
}

func TestProcessesSeeEachOthersWrites(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Now()
	writer, s := processLocks(dir, "writer", now), processLocks(dir, "reader", now)
	expectWroteElsewhere(t, s, false)
	lock := acquireLock(t, writer)
	lock.recordWrite("writer's owner", "k")
	lock.release()
	expectWroteElsewhere(t, writer, false)
	expectWroteElsewhere(t, s, true)
	expectWroteElsewhere(t, processLocks(dir, "a later one", time.Now().Add(time.Hour)), false)

	lock = acquireLock(t, s)
	if lock.wroteElsewhere("another key", "reader's owner") {
		t.Error("the process wrote another key")
	}
	lock.recordDelete("k")
	lock.release()
	expectWroteElsewhere(t, s, false)
}

// Terraform may start the provider process that deletes a tag after another one has written it.
func TestAProcessThatStartsLaterSeesTheWritesOfItsRun(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		parent, later int
		after         time.Duration
		want          bool
	}{
		"of the same Terraform":              {7, 7, time.Second, true},
		"of another Terraform":               {7, 8, time.Second, false},
		"of a Terraform with the ID of then": {7, 7, 2 * time.Minute, false},
		"of the first process in containers": {1, 1, time.Second, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			writer := processLocks(dir, "writer", time.Now())
			writer.parent = c.parent
			lock := acquireLock(t, writer)
			lock.recordWrite("writer's owner", "k")
			lock.release()
			reader := processLocks(dir, "reader", time.Now().Add(c.after))
			reader.parent = c.later
			expectWroteElsewhere(t, reader, c.want)
		})
	}
}

func TestOneProcessAtATimeHoldsALock(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, second := processLocks(dir, "first", time.Now()), processLocks(dir, "second", time.Now())
	lock := acquireLock(t, first)

	short, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := second.acquire(short, "https://ims.example.com", sharedImage); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the error of the cancelled process is %v", err)
	}
	for _, other := range []func() (*fileLock, error){
		func() (*fileLock, error) {
			return second.acquire(t.Context(), "https://elsewhere.example.com", sharedImage)
		},
		func() (*fileLock, error) {
			return second.acquire(t.Context(), "https://ims.example.com", ims.Image{ProjectID: sharedImage.ProjectID, ID: "other"})
		},
	} {
		free, err := other()
		if err != nil {
			t.Errorf("the lock of another image is not free: %v", err)
		}
		free.release()
	}

	acquired := make(chan error)
	go func() {
		next, err := second.acquire(t.Context(), "https://ims.example.com", sharedImage)
		next.release()
		acquired <- err
	}()
	lock.release()
	if err := <-acquired; err != nil {
		t.Error(err)
	}
}

// Without a folder for the files, a process works as if it were alone.
func TestFileLocksWithoutAFolder(t *testing.T) {
	t.Parallel()
	for name, locks := range map[string]*FileLocks{
		"none":                     nil,
		"no folder":                NewFileLocks(""),
		"a folder that is missing": NewFileLocks(filepath.Join(t.TempDir(), "missing")),
	} {
		lock := acquireLock(t, locks)
		if lock != nil {
			t.Errorf("%s: there is a lock", name)
		}
		lock.recordWrite("writer's owner", "k")
		if lock.wroteElsewhere("k", "reader's owner") {
			t.Errorf("%s: another process wrote the tag", name)
		}
		lock.recordDelete("k")
		lock.release()
	}
}

func TestBrokenLockFileIsReplaced(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writer, s := processLocks(dir, "writer", time.Now()), processLocks(dir, "reader", time.Now())
	acquireLock(t, writer).release()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("there are %d files, %v", len(files), err)
	}
	for _, content := range []string{`{"k":{"process":"wri`, "null", "[]"} {
		if err := os.WriteFile(filepath.Join(dir, files[0].Name()), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		expectWroteElsewhere(t, s, false)
		lock := acquireLock(t, writer)
		lock.recordWrite("writer's owner", "k")
		lock.release()
		expectWroteElsewhere(t, s, true)
	}
}

func TestFileLocksDirBelongsToThisUserAlone(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	dir := FileLocksDir()
	if dir == "" {
		t.Skip("processes share no locks on this system")
	}
	if again := FileLocksDir(); again != dir {
		t.Errorf("the second time it is %q", again)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if open := FileLocksDir(); open != "" {
		t.Errorf("a folder that others can write to is used: %q", open)
	}
	t.Setenv("TMPDIR", t.TempDir())
	if err := os.WriteFile(filepath.Join(os.TempDir(), filepath.Base(dir)), nil, 0o700); err != nil {
		t.Fatal(err)
	}
	if file := FileLocksDir(); file != "" {
		t.Errorf("a file is used as the folder: %q", file)
	}
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "missing"))
	if missing := FileLocksDir(); missing != "" {
		t.Errorf("a folder that is missing is used: %q", missing)
	}
}

func BenchmarkFileLock(b *testing.B) {
	locks := processLocks(b.TempDir(), "process", time.Now())
	for b.Loop() {
		lock, err := locks.acquire(b.Context(), "https://ims.example.com", sharedImage)
		if err != nil {
			b.Fatal(err)
		}
		lock.recordWrite("writer's owner", "k")
		lock.release()
	}
}
