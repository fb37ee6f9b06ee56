package ims

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
)

// Turns makes the processes of one user on one machine write to an image one at a time, and tells each which tags the
// others have written: Terraform runs each configuration of a provider, such as an alias, as a process of its own. It uses
// a file for each image, locked while a write is on its way, and does without where that cannot be had.
type Turns struct {
	dir string
	process
}

// process is one of those that take turns.
type process struct {
	name    string
	started time.Time // what others wrote before does not concern it
}

// thisProcess is taken when it starts, not when it is configured: by then another one may have written already.
var thisProcess = process{name: rand.Text(), started: time.Now()}

// NewTurns returns turns that are kept in the folder, which belongs to this user alone. An empty one means none.
func NewTurns(dir string) *Turns { return &Turns{dir: dir, process: thisProcess} }

// sharedTurn is the turn of this process at an image. The nil one is of a process that shares nothing.
type sharedTurn struct {
	turns  *Turns
	file   *os.File
	writes map[string]sharedWrite // by key
}

// sharedWrite is the last write of a tag.
type sharedWrite struct {
	Process string    `json:"process"`
	At      time.Time `json:"at"`
}

// take waits until no other process writes to the image. It fails only when the context ends: where nothing can be shared,
// the turn is nil.
func (t *Turns) take(ctx context.Context, endpoint string, image Image) (*sharedTurn, error) {
	file := t.open(endpoint, image)
	if file == nil {
		return nil, ctx.Err()
	}
	if lockFile(ctx, file) != nil {
		return nil, ctx.Err() // none: the file cannot be locked
	}
	turn := &sharedTurn{turns: t, file: file}
	if json.NewDecoder(file).Decode(&turn.writes) != nil || turn.writes == nil {
		turn.writes = make(map[string]sharedWrite) // it is new, or half written by a process that was killed
	}
	return turn, nil
}

// open returns the file of an image, or nil if there can be none.
func (t *Turns) open(endpoint string, image Image) *os.File {
	if t == nil || t.dir == "" {
		return nil
	}
	name := sha256.Sum256([]byte(strings.Join([]string{endpoint, image.ProjectID, image.ID}, "\n")))
	file, err := os.OpenFile(filepath.Join(t.dir, hex.EncodeToString(name[:16])), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil
	}
	return file
}

// wroteElsewhere reports whether another process has written the tag since this one was started.
func (t *sharedTurn) wroteElsewhere(key string) bool {
	if t == nil {
		return false
	}
	write, ok := t.writes[key]
	return ok && write.Process != t.turns.name && write.At.After(t.turns.started)
}

// note tells the other processes that this one writes a tag.
func (t *sharedTurn) note(key string) {
	if t == nil {
		return
	}
	t.writes[key] = sharedWrite{Process: t.turns.name, At: time.Now()}
	t.save()
}

// forget tells the other processes that there is no such tag any more.
func (t *sharedTurn) forget(key string) {
	if t == nil {
		return
	}
	delete(t.writes, key)
	t.save()
}

// save does what it can: a write is not to fail because of it. What is left of a longer content is not read. Deliberately
// the file is not cut short first: some file systems wait for the disk when such a file is closed.
func (t *sharedTurn) save() {
	content, err := json.Marshal(t.writes)
	if err != nil {
		return
	}
	_, _ = t.file.WriteAt(content, 0)
}

// end lets the next process write.
func (t *sharedTurn) end() {
	if t == nil {
		return
	}
	_ = t.file.Close() // which unlocks it
}
