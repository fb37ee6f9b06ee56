// SPDX-License-Identifier: MPL-2.0

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

// fixedStatus is a service that answers every request with one status.
type fixedStatus int

func (s fixedStatus) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: int(s), Body: io.NopCloser(strings.NewReader(`{"error":{"code":"IMG.0026"}}`)), Request: r, Header: http.Header{},
	}, nil
}

// newStoreWithLocks returns a store of a process.
func newStoreWithLocks(t *testing.T, locks *FileLocks, status fixedStatus) *Store {
	t.Helper()
	client, err := ims.NewClient(ims.Config{Endpoint: "https://ims.example.com", Transport: status})
	if err != nil {
		t.Fatal(err)
	}
	return New(client, Options{Locks: locks})
}

// A process does not delete a tag that another process has written and not deleted.
func TestDeleteKeepsWhatAnotherProcessHasWritten(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Now()
	remove := func(s *Store) error {
		return s.Delete(t.Context(), sharedImage, "k", new(Claims).Of(sharedImage, "k", "owner"))
	}
	a, b := processLocks(dir, "a", now), processLocks(dir, "b", now)
	if err := newStoreWithLocks(t, b, http.StatusForbidden).Write(t.Context(), sharedImage, ims.Tag{Key: "k"}); err == nil {
		t.Fatal("a write with a 403 succeeded")
	}
	if err := remove(newStoreWithLocks(t, a, http.StatusNoContent)); err != nil {
		t.Errorf("delete after a write that changed nothing: %v", err)
	}

	if err := newStoreWithLocks(t, b, http.StatusNoContent).Write(t.Context(), sharedImage, ims.Tag{Key: "k"}); err != nil {
		t.Fatal(err)
	}
	if err := remove(newStoreWithLocks(t, a, http.StatusNoContent)); !errors.Is(err, ErrClaimed) {
		t.Errorf("delete after a write: %v", err)
	}
	if err := remove(newStoreWithLocks(t, b, http.StatusNoContent)); err != nil {
		t.Errorf("delete by the process that wrote: %v", err)
	}
	if err := remove(newStoreWithLocks(t, a, http.StatusNoContent)); err != nil {
		t.Errorf("delete after a delete: %v", err)
	}
}

// A write that failed with a 503 may have been carried out.
func TestDeleteKeepsWhatAnotherProcessMayHaveWritten(t *testing.T) {
	t.Parallel()
	dir, now := t.TempDir(), time.Now()
	a, b := processLocks(dir, "a", now), processLocks(dir, "b", now)
	if err := newStoreWithLocks(t, b, http.StatusServiceUnavailable).Write(t.Context(), sharedImage, ims.Tag{Key: "k"}); err == nil {
		t.Fatal("a write with a 503 succeeded")
	}
	claim := new(Claims).Of(sharedImage, "k", "owner")
	if err := newStoreWithLocks(t, a, http.StatusNoContent).Delete(t.Context(), sharedImage, "k", claim); !errors.Is(err, ErrClaimed) {
		t.Errorf("the error is %v", err)
	}
}
