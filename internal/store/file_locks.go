// SPDX-License-Identifier: MPL-2.0

package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// FileLocks makes the processes of one user on one machine write to an image one at a time, and tells each process which
// tags the others have written. Terraform runs every configuration of a provider, such as an alias, as a process of its
// own. Each image has a file, which is locked during a write. Where such a file cannot be created or locked, each process
// writes as if it were alone.
type FileLocks struct {
	dir string
	process
}

// process is one of the processes that share the files.
type process struct {
	name    string
	parent  int       // the ID of the process that has started it, which is Terraform
	started time.Time // earlier writes of other processes belong to earlier runs
}

// headStart is how much earlier Terraform may have started another provider process of the same run, which has written in the
// meantime. It is short, because the ID of a parent can belong to another run later.
const headStart = time.Minute

// isOfSameRun reports whether another process has made a write in the run of Terraform that this process belongs to. In a
// container, the first process is the parent in every run, and does not tell.
func (p process) isOfSameRun(w sharedWrite) bool {
	if w.Parent == p.parent && p.parent > 1 {
		return w.At.After(p.started.Add(-headStart))
	}
	return w.At.After(p.started)
}

// thisProcess is set when the process starts. When the provider is configured, another process may have written already.
var thisProcess = process{name: rand.Text(), parent: os.Getppid(), started: time.Now()}

// NewFileLocks returns locks with files in dir, a folder that belongs to this user alone. An empty dir means no locks.
func NewFileLocks(dir string) *FileLocks { return &FileLocks{dir: dir, process: thisProcess} }

// fileLock is the lock of an image while this process holds it. It is nil for a process that shares no files.
type fileLock struct {
	process process
	file    *os.File
	writes  map[string]sharedWrite // by key
}

// sharedWrite is the last write of a tag, as stored in the file.
type sharedWrite struct {
	Process string    `json:"process"`
	Owner   string    `json:"owner,omitempty"`
	Parent  int       `json:"parent"`
	At      time.Time `json:"at"`
}

// acquire waits until no other process writes to the image. It fails only if the context ends. If no file can be locked,
// the lock is nil.
func (l *FileLocks) acquire(ctx context.Context, endpoint string, image ims.Image) (*fileLock, error) {
	file := l.open(endpoint, image)
	if file == nil {
		return nil, ctx.Err()
	}
	if lockFile(ctx, file) != nil {
		return nil, ctx.Err() // nil if the system cannot lock the file
	}
	lock := &fileLock{process: l.process, file: file}
	if json.NewDecoder(file).Decode(&lock.writes) != nil || lock.writes == nil {
		lock.writes = make(map[string]sharedWrite) // the file is new, or a process was killed while it saved
	}
	return lock, nil
}

// open opens the file of an image. It returns nil if that is not possible.
func (l *FileLocks) open(endpoint string, image ims.Image) *os.File {
	if l == nil || l.dir == "" {
		return nil
	}
	name := sha256.Sum256([]byte(strings.Join([]string{endpoint, image.ProjectID, image.ID}, "\n")))
	file, err := os.OpenFile(filepath.Join(l.dir, hex.EncodeToString(name[:16])), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil
	}
	return file
}

// wroteElsewhere reports whether another process has written the tag since the run of Terraform was started, for another owner. A
// test run of Terraform starts a process for each apply, which manage the same instances.
func (l *fileLock) wroteElsewhere(key, owner string) bool {
	if l == nil {
		return false
	}
	write, ok := l.writes[key]
	if !ok || owner != "" && write.Owner == owner {
		return false
	}
	return write.Process != l.process.name && l.process.isOfSameRun(write)
}

// recordWrite tells the other processes that this one has written tags for an owner.
func (l *fileLock) recordWrite(owner string, keys ...string) {
	if l == nil {
		return
	}
	for _, key := range keys {
		l.writes[key] = sharedWrite{Process: l.process.name, Owner: owner, Parent: l.process.parent, At: time.Now()}
	}
	l.save()
}

// recordDelete tells the other processes that tags were deleted.
func (l *fileLock) recordDelete(keys ...string) {
	if l == nil {
		return
	}
	for _, key := range keys {
		delete(l.writes, key)
	}
	l.save()
}

// save ignores errors: a write to the service must not fail because of the file. Deliberately, it does not truncate the
// file: some file systems wait for the disk when a truncated file is closed. The rest of a longer content is not read.
func (l *fileLock) save() {
	content, err := json.Marshal(l.writes)
	if err != nil {
		return
	}
	_, _ = l.file.WriteAt(content, 0)
}

// release unlocks the image.
func (l *fileLock) release() {
	if l == nil {
		return
	}
	_ = l.file.Close() // which unlocks the file
}
