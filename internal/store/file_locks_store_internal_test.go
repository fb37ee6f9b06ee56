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
	if err := newStoreWithLocks(t, b, http.StatusForbidden).Write(t.Context(), sharedImage, ims.Tag{Key: "k"}, Claim{}); err == nil {
		t.Fatal("a write with a 403 succeeded")
	}
	if err := remove(newStoreWithLocks(t, a, http.StatusNoContent)); err != nil {
		t.Errorf("delete after a write that changed nothing: %v", err)
	}

	if err := newStoreWithLocks(t, b, http.StatusNoContent).Write(t.Context(), sharedImage, ims.Tag{Key: "k"}, Claim{}); err != nil {
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
	if err := newStoreWithLocks(t, b, http.StatusServiceUnavailable).Write(t.Context(), sharedImage, ims.Tag{Key: "k"}, Claim{}); err == nil {
		t.Fatal("a write with a 503 succeeded")
	}
	claim := new(Claims).Of(sharedImage, "k", "owner")
	if err := newStoreWithLocks(t, a, http.StatusNoContent).Delete(t.Context(), sharedImage, "k", claim); !errors.Is(err, ErrClaimed) {
		t.Errorf("the error is %v", err)
	}
}

// A test run of Terraform starts a process for each apply. A later one deletes what an instance has written in an earlier one.
func TestAnOwnerDeletesWhatItWroteInAnotherProcess(t *testing.T) {
	t.Parallel()
	const owner = "owner"
	claim := func() Claim { return new(Claims).Of(sharedImage, "k", owner) }
	tag := ims.Tag{Key: "k"}
	for name, write := range map[string]func(s *Store) error{
		"a tag": func(s *Store) error { return s.Write(t.Context(), sharedImage, tag, claim()) },
		"several tags": func(s *Store) error {
			_, err := s.Change(t.Context(), sharedImage, Change{Owner: owner, Write: []ims.Tag{tag}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir, now := t.TempDir(), time.Now()
			first, second := processLocks(dir, "first", now), processLocks(dir, "second", now.Add(5*time.Second))
			first.parent, second.parent = 7, 7
			if err := write(newStoreWithLocks(t, first, http.StatusNoContent)); err != nil {
				t.Fatal(err)
			}
			result, err := newStoreWithLocks(t, second, http.StatusNoContent).Change(
				t.Context(), sharedImage, Change{Owner: owner, Delete: []Deletion{{Key: "k", Claim: claim()}}})
			if err != nil || len(result.Kept) > 0 {
				t.Errorf("a change keeps %v, %v", result.Kept, err)
			}
			if err := write(newStoreWithLocks(t, first, http.StatusNoContent)); err != nil {
				t.Fatal(err)
			}
			if err := newStoreWithLocks(t, second, http.StatusNoContent).Delete(t.Context(), sharedImage, "k", claim()); err != nil {
				t.Error(err)
			}
		})
	}
}
