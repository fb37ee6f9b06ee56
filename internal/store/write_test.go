// SPDX-License-Identifier: MPL-2.0

package store_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// newStore returns a store of a service that has accepted the credentials with one request.
func newStore(t *testing.T) (*store.Store, *faketransport.Manual) {
	t.Helper()
	m := &faketransport.Manual{}
	c := newClient(t, m)
	acceptCredentials(t, m, c)
	return store.New(c, store.Options{}), m
}

func startWrite(ctx context.Context, s *store.Store, to ims.Image, key string) <-chan error {
	return runInBackground(func() error { return s.Write(ctx, to, ims.Tag{Key: key, Value: "v"}, store.Claim{}) })
}

func startDelete(ctx context.Context, s *store.Store, of ims.Image, key string) <-chan error {
	return runInBackground(func() error { return s.Delete(ctx, of, key, new(store.Claims).Of(of, key, "owner")) })
}

func TestWritesToOneImageAreMadeOneAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		var writes []<-chan error
		for i := range 5 {
			writes = append(writes,
				startWrite(t.Context(), s, image, fmt.Sprintf("written%d", i)),
				startDelete(t.Context(), s, image, fmt.Sprintf("deleted%d", i)))
		}
		for range writes {
			m.Open(t, 1)
			m.Answer(t, 204, "")
		}
		for _, write := range writes {
			expectSuccess(t, write)
		}
		m.Total(t, 1+len(writes))
	})
}

// Otherwise an older write could overwrite a newer one.
func TestNextWriteWaitsForRetriesOfThePreviousOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		c := newClient(t, m, withMaxJitter)
		acceptCredentials(t, m, c)
		s := store.New(c, store.Options{})

		first := startWrite(t.Context(), s, image, "a")
		m.Open(t, 1)
		second := startWrite(t.Context(), s, image, "b")
		m.Answer(t, 503, "")
		<-m.Next(t)
		m.Open(t, 1)
		m.Answer(t, 204, "")
		expectSuccess(t, first)
		m.Answer(t, 204, "")
		expectSuccess(t, second)
		m.Total(t, 4)
	})
}

func TestWritesToDifferentImagesAreMadeInParallel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		const images = 10
		var writes []<-chan error
		for i := range images {
			of := ims.Image{ProjectID: project, ID: fmt.Sprintf("image-%d", i)}
			writes = append(writes, startWrite(t.Context(), s, of, "k"))
		}
		m.Open(t, images) // at the same time
		for range writes {
			m.Answer(t, 204, "")
		}
		for _, write := range writes {
			expectSuccess(t, write)
		}
	})
}

func TestDeleteOfATagThatAnotherOwnerClaimsIsNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		var claims store.Claims
		write := runInBackground(func() error { return s.Write(t.Context(), image, ims.Tag{Key: "k"}, store.Claim{}) })
		m.Open(t, 1)
		waiting := runInBackground(func() error { return s.Delete(t.Context(), image, "k", claims.Of(image, "k", "old")) })
		claims.Of(image, "k", "new").Hold() // while the delete waits for the write
		m.Answer(t, 204, "")
		expectSuccess(t, write)
		if err := <-waiting; !errors.Is(err, store.ErrClaimed) {
			t.Errorf("the error is %v", err)
		}
		m.Total(t, 2)

		own := runInBackground(func() error { return s.Delete(t.Context(), image, "k", claims.Of(image, "k", "new")) })
		m.Answer(t, 204, "")
		expectSuccess(t, own)
		m.Total(t, 3)
	})
}

// Without create_before_destroy, Terraform deletes a tag before it creates the new one.
func TestDeleteBeforeAWriteIsSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		remove := startDelete(t.Context(), s, image, "k")
		m.Answer(t, 204, "")
		expectSuccess(t, remove)
		write := startWrite(t.Context(), s, image, "k")
		m.Answer(t, 204, "")
		expectSuccess(t, write)
		m.Total(t, 3)
	})
}

func TestDeleteAfterAFailedWriteIsSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		write := startWrite(t.Context(), s, image, "k")
		m.Answer(t, 403, "")
		if err := <-write; err == nil {
			t.Error("the write succeeded")
		}
		remove := startDelete(t.Context(), s, image, "k")
		m.Answer(t, 204, "")
		expectSuccess(t, remove)
		m.Total(t, 3)
	})
}

func TestReadAfterAWriteIsSent(t *testing.T) {
	t.Parallel()
	write := func(t *testing.T, s *store.Store) <-chan error {
		t.Helper()
		return startWrite(t.Context(), s, image, written)
	}
	remove := func(t *testing.T, s *store.Store) <-chan error {
		t.Helper()
		return startDelete(t.Context(), s, image, written)
	}
	cases := map[string]struct {
		change func(*testing.T, *store.Store) <-chan error
		status int
	}{
		"a write":                   {write, 204},
		"a failed write":            {write, 403}, // it may have been carried out
		"a delete":                  {remove, 204},
		"a failed delete":           {remove, 403},
		"a delete of a missing tag": {remove, 404},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, m := newStore(t)
				before := startRead(t.Context(), s, image)
				m.Answer(t, 200, oldTags)
				(<-before).expectValue(t, "old")

				change := c.change(t, s)
				m.Open(t, 1)
				during := startRead(t.Context(), s, image)
				(<-during).expectValue(t, "old")
				m.Answer(t, c.status, "")
				<-change

				after := startRead(t.Context(), s, image)
				m.Open(t, 1)
				m.Answer(t, 200, newTags)
				(<-after).expectValue(t, "new")
			})
		})
	}
}

func TestReadThatOverlapsAWriteIsNotKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		write := startWrite(t.Context(), s, image, written)
		m.Open(t, 1)
		during := startRead(t.Context(), s, image)
		m.Open(t, 2)
		m.Answer(t, 204, "")
		expectSuccess(t, write)
		after := startRead(t.Context(), s, image)
		m.Open(t, 2)
		m.Answer(t, 200, oldTags)
		(<-during).expectValue(t, "old")
		m.Answer(t, 200, newTags)
		(<-after).expectValue(t, "new")
		(<-startRead(t.Context(), s, image)).expectValue(t, "new")
		m.Total(t, 4)
	})
}

func TestWaitForAnotherWriteCanBeCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, m := newStore(t)
		first := startWrite(t.Context(), s, image, "first")
		m.Open(t, 1)
		ctx, cancel := context.WithCancel(t.Context())
		cancelled := map[ims.Operation]<-chan error{
			ims.OperationWriteTag:  startWrite(ctx, s, image, "cancelled"),
			ims.OperationDeleteTag: startDelete(ctx, s, image, "cancelled"),
		}
		synctest.Wait()
		cancel()
		for operation, done := range cancelled {
			err := <-done
			if e := asError(t, err); !errors.Is(err, context.Canceled) || e.Operation != operation || e.Attempts != 0 {
				t.Errorf("the error is %+v", e)
			}
		}
		m.Answer(t, 204, "")
		expectSuccess(t, first)
		last := startDelete(t.Context(), s, image, "cancelled") // the cancelled write was not sent
		m.Answer(t, 204, "")
		expectSuccess(t, last)
		m.Total(t, 3)
	})
}

// A write that the service itself rejects has changed nothing. Any other failed write may have been carried out.
func TestOnlyARejectedWriteKeepsTheLastRead(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		responses []*http.Response
		reads     int
	}{
		"rejected by the service":               {[]*http.Response{faketransport.Response(400, `{"error":{"code":"IMG.0116"}}`)}, 1},
		"rejected by the gateway":               {[]*http.Response{faketransport.Response(403, `{"error_code":"APIGW.0302"}`)}, 2},
		"a server error of the service":         {[]*http.Response{faketransport.Response(501, `{"error":{"code":"IMG.0001"}}`)}, 2},
		"an undocumented status of the service": {[]*http.Response{faketransport.Response(202, `{"error":{"code":"IMG.0116"}}`)}, 2},
		"rejected after a retry":                {[]*http.Response{faketransport.Response(503, ""), faketransport.Response(400, `{"error":{"code":"IMG.0116"}}`)}, 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				reads, responses := 0, c.responses
				client := newClient(t, &faketransport.Scripted{Answer: func(_ int, r *http.Request) (*http.Response, error) {
					if r.Method == http.MethodGet {
						reads++
						return faketransport.Response(200, `{"tags":[]}`), nil
					}
					response := responses[0]
					responses = responses[1:]
					return response, nil
				}})
				s := store.New(client, store.Options{})
				read := func() {
					if _, err := s.Tags(t.Context(), image); err != nil {
						t.Error(err)
					}
				}
				read()
				if err := s.Write(t.Context(), image, ims.Tag{Key: "k"}, store.Claim{}); err == nil {
					t.Error("there is no error")
				}
				read()
				if reads != c.reads {
					t.Errorf("%d reads, want %d", reads, c.reads)
				}
			})
		})
	}
}

func TestWaitingWritesDoNotRepeatTheRetriesForAnUnreachableService(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := unreachableService()
		client := newClient(t, f, withMaxJitter, func(c *ims.Config) { c.MaxRetries = ims.DefaultMaxRetries })
		s := store.New(client, store.Options{})
		begun := time.Now()
		var writes []<-chan error
		for i := range 3 {
			writes = append(writes, startWrite(t.Context(), s, image, fmt.Sprint(i)))
		}
		for _, write := range writes {
			if err := <-write; err == nil {
				t.Error("it succeeded")
			}
		}
		if took := time.Since(begun); f.Sent() != 11 || took != 181*time.Second {
			t.Errorf("%d attempts in %s", f.Sent(), took)
		}
	})
}
