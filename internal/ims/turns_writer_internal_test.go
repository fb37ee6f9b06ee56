package ims

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// answering is a service that answers everything with one status.
type answering int

func (s answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: int(s), Body: io.NopCloser(strings.NewReader(`{"error":{"code":"IMG.0026"}}`)), Request: r, Header: http.Header{},
	}, nil
}

func writerOf(t *testing.T, turns *Turns, status answering) *Writer {
	t.Helper()
	client, err := NewClient(Config{Endpoint: "https://ims.example.com", Transport: status})
	if err != nil {
		t.Fatal(err)
	}
	return NewWriter(client, NewReader(client, false)).Share(turns)
}

// What one process has written the delete of another leaves in place, until it is deleted.
func TestAWriterKeepsWhatAnotherProcessHasWritten(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Now()
	remove := func(w *Writer) error {
		return w.Delete(t.Context(), sharedImage, "k", new(Claims).Of(sharedImage, "k", "it"))
	}
	a, b := processTurns(dir, "a", now), processTurns(dir, "b", now)
	if err := writerOf(t, b, http.StatusForbidden).Write(t.Context(), sharedImage, Tag{Key: "k"}); err == nil {
		t.Fatal("a refused write succeeded")
	}
	if err := remove(writerOf(t, a, http.StatusNoContent)); err != nil {
		t.Errorf("after a write that changed nothing: %v", err)
	}

	if err := writerOf(t, b, http.StatusNoContent).Write(t.Context(), sharedImage, Tag{Key: "k"}); err != nil {
		t.Fatal(err)
	}
	if err := remove(writerOf(t, a, http.StatusNoContent)); !errors.Is(err, ErrClaimed) {
		t.Errorf("after a write: %v", err)
	}
	if err := remove(writerOf(t, b, http.StatusNoContent)); err != nil {
		t.Errorf("by the writer itself: %v", err)
	}
	if err := remove(writerOf(t, a, http.StatusNoContent)); err != nil {
		t.Errorf("after a delete: %v", err)
	}
}

// A write that was not answered may have been carried out: the delete of another process leaves the tag in place.
func TestAWriterKeepsWhatAnotherProcessMayHaveWritten(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Now()
	a, b := processTurns(dir, "a", now), processTurns(dir, "b", now)
	if err := writerOf(t, b, http.StatusServiceUnavailable).Write(t.Context(), sharedImage, Tag{Key: "k"}); err == nil {
		t.Fatal("a write of a service with a fault succeeded")
	}
	claim := new(Claims).Of(sharedImage, "k", "it")
	if err := writerOf(t, a, http.StatusNoContent).Delete(t.Context(), sharedImage, "k", claim); !errors.Is(err, ErrClaimed) {
		t.Errorf("the error is %v", err)
	}
}
