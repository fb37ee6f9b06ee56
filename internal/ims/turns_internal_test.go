package ims

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var sharedImage = Image{ProjectID: "0123456789abcdef0123456789abcdef", ID: "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"}

// processTurns are the turns of a process of its own.
func processTurns(dir, name string, started time.Time) *Turns {
	return &Turns{dir: dir, process: process{name: name, started: started}}
}

func take(t *testing.T, turns *Turns) *sharedTurn {
	t.Helper()
	turn, err := turns.take(t.Context(), "https://ims.example.com", sharedImage)
	if err != nil {
		t.Fatal(err)
	}
	return turn
}

func expectWroteElsewhere(t *testing.T, turns *Turns, want bool) {
	t.Helper()
	turn := take(t, turns)
	defer turn.end()
	if got := turn.wroteElsewhere("k"); got != want {
		t.Errorf("%s: another process wrote the tag: %t", turns.name, got)
	}
}

func TestAProcessLearnsWhatAnotherWroteWhileItRan(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Now()
	writer, reader := processTurns(dir, "writer", now), processTurns(dir, "reader", now)
	expectWroteElsewhere(t, reader, false)
	turn := take(t, writer)
	turn.note("k")
	turn.end()
	expectWroteElsewhere(t, writer, false)
	expectWroteElsewhere(t, reader, true)
	expectWroteElsewhere(t, processTurns(dir, "a later one", time.Now().Add(time.Hour)), false)

	turn = take(t, reader)
	if turn.wroteElsewhere("another key") {
		t.Error("the process wrote another key")
	}
	turn.forget("k")
	turn.end()
	expectWroteElsewhere(t, reader, false)
}

func TestProcessesTakeTurns(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, second := processTurns(dir, "first", time.Now()), processTurns(dir, "second", time.Now())
	turn := take(t, first)

	impatient, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := second.take(impatient, "https://ims.example.com", sharedImage); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the error of one that gives up is %v", err)
	}
	for _, other := range []func() (*sharedTurn, error){
		func() (*sharedTurn, error) {
			return second.take(t.Context(), "https://elsewhere.example.com", sharedImage)
		},
		func() (*sharedTurn, error) {
			return second.take(t.Context(), "https://ims.example.com", Image{ProjectID: sharedImage.ProjectID, ID: "other"})
		},
	} {
		free, err := other()
		if err != nil {
			t.Errorf("another image is not free: %v", err)
		}
		free.end()
	}

	taken := make(chan error)
	go func() {
		next, err := second.take(t.Context(), "https://ims.example.com", sharedImage)
		next.end()
		taken <- err
	}()
	turn.end()
	if err := <-taken; err != nil {
		t.Error(err)
	}
}

// Where nothing can be shared, a process goes on alone.
func TestTurnsThatCannotBeShared(t *testing.T) {
	t.Parallel()
	for name, turns := range map[string]*Turns{
		"none":                     nil,
		"no folder":                NewTurns(""),
		"a folder that is missing": NewTurns(filepath.Join(t.TempDir(), "missing")),
	} {
		turn := take(t, turns)
		if turn != nil {
			t.Errorf("%s: the turn is shared", name)
		}
		turn.note("k")
		if turn.wroteElsewhere("k") {
			t.Errorf("%s: another process wrote the tag", name)
		}
		turn.forget("k")
		turn.end()
	}
}

func TestAFileOfTurnsThatIsBrokenIsWrittenAnew(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	writer, reader := processTurns(dir, "writer", time.Now()), processTurns(dir, "reader", time.Now())
	take(t, writer).end()
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("there are %d files, %v", len(files), err)
	}
	for _, content := range []string{`{"k":{"process":"wri`, "null", "[]"} {
		if err := os.WriteFile(filepath.Join(dir, files[0].Name()), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		expectWroteElsewhere(t, reader, false)
		turn := take(t, writer)
		turn.note("k")
		turn.end()
		expectWroteElsewhere(t, reader, true)
	}
}

func TestTurnsDirIsOfThisUserAlone(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	dir := TurnsDir()
	if dir == "" {
		t.Skip("processes share no turns on this system")
	}
	if again := TurnsDir(); again != dir {
		t.Errorf("the second time it is %q", again)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if open := TurnsDir(); open != "" {
		t.Errorf("a folder that others can write to is used: %q", open)
	}
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "missing"))
	if missing := TurnsDir(); missing != "" {
		t.Errorf("a folder that is missing is used: %q", missing)
	}
	t.Setenv("TMPDIR", t.TempDir())
	if err := os.WriteFile(filepath.Join(os.TempDir(), filepath.Base(dir)), nil, 0o700); err != nil {
		t.Fatal(err)
	}
	if file := TurnsDir(); file != "" {
		t.Errorf("what is no folder is used: %q", file)
	}
}

func BenchmarkTurn(b *testing.B) {
	turns := processTurns(b.TempDir(), "it", time.Now())
	for b.Loop() {
		turn, err := turns.take(b.Context(), "https://ims.example.com", sharedImage)
		if err != nil {
			b.Fatal(err)
		}
		turn.note("k")
		turn.end()
	}
}
