package store

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// answering is a service that answers everything with one status.
type answering int

func (s answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: int(s), Body: io.NopCloser(strings.NewReader(`{"error":{"code":"IMG.0026"}}`)), Request: r, Header: http.Header{},
	}, nil
}

func storeOf(t *testing.T, locks *FileLocks, status answering) *Store {
	t.Helper()
	client, err := ims.NewClient(ims.Config{Endpoint: "https://ims.example.com", Transport: status})
	if err != nil {
		t.Fatal(err)
	}
	return New(client, Options{Locks: locks})
}

// What one process has written the delete of another leaves in place, until it is deleted.
func TestAWriterKeepsWhatAnotherProcessHasWritten(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Now()
	remove := func(w *Store) error {
		return w.Delete(t.Context(), sharedImage, "k", new(Claims).Of(sharedImage, "k", "it"))
	}
	a, b := processLocks(dir, "a", now), processLocks(dir, "b", now)
	if err := storeOf(t, b, http.StatusForbidden).Write(t.Context(), sharedImage, ims.Tag{Key: "k"}); err == nil {
		t.Fatal("a refused write succeeded")
	}
	if err := remove(storeOf(t, a, http.StatusNoContent)); err != nil {
		t.Errorf("after a write that changed nothing: %v", err)
	}

	if err := storeOf(t, b, http.StatusNoContent).Write(t.Context(), sharedImage, ims.Tag{Key: "k"}); err != nil {
		t.Fatal(err)
	}
	if err := remove(storeOf(t, a, http.StatusNoContent)); !errors.Is(err, ErrClaimed) {
		t.Errorf("after a write: %v", err)
	}
	if err := remove(storeOf(t, b, http.StatusNoContent)); err != nil {
		t.Errorf("by the writer itself: %v", err)
	}
	if err := remove(storeOf(t, a, http.StatusNoContent)); err != nil {
		t.Errorf("after a delete: %v", err)
	}
}

// A write that was not answered may have been carried out: the delete of another process leaves the tag in place.
func TestAWriterKeepsWhatAnotherProcessMayHaveWritten(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Now()
	a, b := processLocks(dir, "a", now), processLocks(dir, "b", now)
	if err := storeOf(t, b, http.StatusServiceUnavailable).Write(t.Context(), sharedImage, ims.Tag{Key: "k"}); err == nil {
		t.Fatal("a write of a service with a fault succeeded")
	}
	claim := new(Claims).Of(sharedImage, "k", "it")
	if err := storeOf(t, a, http.StatusNoContent).Delete(t.Context(), sharedImage, "k", claim); !errors.Is(err, ErrClaimed) {
		t.Errorf("the error is %v", err)
	}
}
