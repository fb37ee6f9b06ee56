// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// staleService is a service that answers every read with oldTags, and a store of it.
type staleService struct {
	t      *testing.T
	m      *faketransport.Manual
	client *ims.Client
	store  *store.Store
}

// newStaleService returns a service that has accepted the credentials.
func newStaleService(t *testing.T) *staleService {
	t.Helper()
	m := &faketransport.Manual{}
	client := newClient(t, m)
	acceptCredentials(t, m, client)
	s := &staleService{t: t, m: m, client: client}
	s.newRun()
	return s
}

// newRun starts another run with an empty store.
func (s *staleService) newRun() {
	s.store = store.New(s.client, store.Options{})
}

func (s *staleService) write(key string, status int) {
	s.t.Helper()
	done := startWrite(s.t.Context(), s.store, image, key)
	s.m.Answer(s.t, status, "")
	if err := <-done; (err == nil) != (status == 204) {
		s.t.Fatal(err)
	}
}

func (s *staleService) remove(status int) {
	s.t.Helper()
	done := startDelete(s.t.Context(), s.store, image, "k")
	s.m.Answer(s.t, status, "")
	if err := <-done; (err == nil) != (status == 204) {
		s.t.Fatal(err)
	}
}

// expectTags checks what the store returns for a read.
func (s *staleService) expectTags(want ...ims.Tag) {
	s.t.Helper()
	done := startRead(s.t.Context(), s.store, image)
	s.m.Answer(s.t, 200, oldTags)
	if got := <-done; got.err != nil || !slices.Equal(got.tags, want) {
		s.t.Errorf("the tags are %v, %v, want %v", got.tags, got.err, want)
	}
	s.store.Forget(image)
}

func TestReadsIncludeRecentWrites(t *testing.T) {
	t.Parallel()
	old := ims.Tag{Key: "k", Value: "old"}
	cases := map[string]struct {
		write func(s *staleService)
		want  []ims.Tag // for 30 seconds; then the old tags
	}{
		"a new tag":              {func(s *staleService) { s.write("new", 204) }, []ims.Tag{old, {Key: "new", Value: "v"}}},
		"a new value":            {func(s *staleService) { s.write("k", 204) }, []ims.Tag{{Key: "k", Value: "v"}}},
		"a deleted tag":          {func(s *staleService) { s.remove(204) }, nil},
		"the last of two writes": {func(s *staleService) { s.remove(204); s.write("k", 204) }, []ims.Tag{{Key: "k", Value: "v"}}},
		"no failed write": {func(s *staleService) {
			s.write("k", 204)
			s.write("k", 403)
		}, []ims.Tag{old}},
		"no failed delete": {func(s *staleService) {
			s.remove(204)
			s.remove(403)
		}, []ims.Tag{old}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newStaleService(t)
				c.write(s)
				s.expectTags(c.want...)
				<-time.After(29 * time.Second)
				s.expectTags(c.want...)
				<-time.After(time.Second)
				s.expectTags(old)
				s.expectTags(old)
			})
		})
	}
}

// The 30 seconds count until the end of the read.
func TestReadThatEndsLaterDoesNotIncludeOldWrites(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStaleService(t)
		s.write("k", 204)
		<-time.After(29 * time.Second)
		read := startRead(t.Context(), s.store, image)
		s.m.Open(t, 1)
		<-time.After(time.Second)
		s.m.Answer(t, 200, oldTags)
		(<-read).expectValue(t, "old")
	})
}

func TestNextRunDoesNotIncludeWritesOfTheLast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStaleService(t)
		s.write("k", 204)
		s.newRun()
		s.expectTags(ims.Tag{Key: "k", Value: "old"})
	})
}

// A read that started before a write includes the write, however long the read takes.
func TestLongReadIncludesWritesDuringIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStaleService(t)
		read := startRead(t.Context(), s.store, image)
		s.m.Open(t, 1)
		<-time.After(time.Second)
		write := startWrite(t.Context(), s.store, image, "k")
		open := s.m.Open(t, 2)
		open[1].Answer(204, "")
		if err := <-write; err != nil {
			t.Fatal(err)
		}
		<-time.After(40 * time.Second)
		open[0].Answer(200, oldTags)
		if got := <-read; got.err != nil || !slices.Equal(got.tags, []ims.Tag{{Key: "k", Value: "v"}}) {
			t.Errorf("the tags are %v, %v", got.tags, got.err)
		}
	})
}

// After a write that certainly changed nothing, the store keeps the last read and the last write.
func TestWriteThatChangedNothingKeepsReadsAndWrites(t *testing.T) {
	t.Parallel()
	cases := map[string]func(t *testing.T, s *staleService) error{
		"rejected by the service": func(t *testing.T, s *staleService) error {
			t.Helper()
			done := startWrite(t.Context(), s.store, image, "k")
			s.m.Answer(t, 400, `{"error":{"code":"IMG.0115"}}`)
			return <-done
		},
		"not sent in time": func(t *testing.T, s *staleService) error {
			t.Helper()
			throttled := runInBackground(func() error { _, err := s.client.ListTags(t.Context(), image); return err })
			s.m.Answer(t, 429, gatewayError, "Retry-After", "20")
			s.m.Open(t, 0)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			err := <-startWrite(ctx, s.store, image, "k")
			<-time.After(20 * time.Second)
			s.m.Answer(t, 200, oldTags)
			return errors.Join(err, <-throttled)
		},
		"not sent because of a claim": func(t *testing.T, s *staleService) error {
			t.Helper()
			var claims store.Claims
			claims.Of(image, "k", "another").Hold()
			return s.store.Delete(t.Context(), image, "k", claims.Of(image, "k", "owner"))
		},
	}
	for name, write := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newStaleService(t)
				s.write("k", 204)
				read := startRead(t.Context(), s.store, image)
				s.m.Answer(t, 200, oldTags)
				(<-read).expectValue(t, "v")
				if err := write(t, s); err == nil {
					t.Fatal("there is no error")
				}
				(<-startRead(t.Context(), s.store, image)).expectValue(t, "v")
			})
		})
	}
}
