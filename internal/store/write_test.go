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
	d := &faketransport.Manual{}
	c := newClient(t, d)
	accept(t, d, c)
	return store.New(c, store.Options{}), d
}

func startWrite(ctx context.Context, s *store.Store, to ims.Image, key string) <-chan error {
	return start(func() error { return s.Write(ctx, to, ims.Tag{Key: key, Value: "v"}) })
}

func startDelete(ctx context.Context, s *store.Store, of ims.Image, key string) <-chan error {
	return start(func() error { return s.Delete(ctx, of, key, new(store.Claims).Of(of, key, "it")) })
}

func TestWritesToAnImageGoOneAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		var writes []<-chan error
		for i := range 5 {
			writes = append(writes,
				startWrite(t.Context(), s, image, fmt.Sprintf("written%d", i)),
				startDelete(t.Context(), s, image, fmt.Sprintf("deleted%d", i)))
		}
		for range writes {
			d.Open(t, 1)
			d.Answer(t, 204, "")
		}
		for _, write := range writes {
			expectSuccess(t, write)
		}
		d.Total(t, 1+len(writes))
	})
}

// The turn is kept while a write waits to be sent again, so that a later write cannot be undone by an older one.
func TestAWriteKeepsItsTurnDuringAWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		c := newClient(t, d, longestWaits)
		accept(t, d, c)
		s := store.New(c, store.Options{})

		first := startWrite(t.Context(), s, image, "a")
		d.Open(t, 1)
		second := startWrite(t.Context(), s, image, "b")
		d.Answer(t, 503, "")
		<-d.Next(t)
		d.Open(t, 1)
		d.Answer(t, 204, "")
		expectSuccess(t, first)
		d.Answer(t, 204, "")
		expectSuccess(t, second)
		d.Total(t, 4)
	})
}

func TestWritesToDifferentImagesGoInParallel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		const images = 10
		var writes []<-chan error
		for i := range images {
			of := ims.Image{ProjectID: project, ID: fmt.Sprintf("image-%d", i)}
			writes = append(writes, startWrite(t.Context(), s, of, "k"))
		}
		d.Open(t, images) // at once
		for range writes {
			d.Answer(t, 204, "")
		}
		for _, write := range writes {
			expectSuccess(t, write)
		}
	})
}

func TestATagThatAnotherOwnerClaimsIsNotDeleted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		var claims store.Claims
		deleted := start(func() error { return s.Write(t.Context(), image, ims.Tag{Key: "k"}) })
		d.Open(t, 1)
		waiting := start(func() error { return s.Delete(t.Context(), image, "k", claims.Of(image, "k", "old")) })
		claims.Of(image, "k", "new").Hold() // while the delete waits for its turn
		d.Answer(t, 204, "")
		expectSuccess(t, deleted)
		if err := <-waiting; !errors.Is(err, store.ErrClaimed) {
			t.Errorf("the error is %v", err)
		}
		d.Total(t, 2)

		own := start(func() error { return s.Delete(t.Context(), image, "k", claims.Of(image, "k", "new")) })
		d.Answer(t, 204, "")
		expectSuccess(t, own)
		d.Total(t, 3)
	})
}

// A delete that comes before the write, as without create_before_destroy, is made.
func TestATagIsDeletedBeforeItIsWrittenAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		remove := startDelete(t.Context(), s, image, "k")
		d.Answer(t, 204, "")
		expectSuccess(t, remove)
		write := startWrite(t.Context(), s, image, "k")
		d.Answer(t, 204, "")
		expectSuccess(t, write)
		d.Total(t, 3)
	})
}

func TestATagThatCouldNotBeWrittenIsDeleted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		write := startWrite(t.Context(), s, image, "k")
		d.Answer(t, 403, "")
		if err := <-write; err == nil {
			t.Error("the write succeeded")
		}
		remove := startDelete(t.Context(), s, image, "k")
		d.Answer(t, 204, "")
		expectSuccess(t, remove)
		d.Total(t, 3)
	})
}

func TestAReadAfterAWriteAsksAgain(t *testing.T) {
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
		"a write":                 {write, 204},
		"a write that failed":     {write, 403}, // with no answer it may have been carried out
		"a delete":                {remove, 204},
		"a delete that failed":    {remove, 403},
		"a delete of what is not": {remove, 404},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, d := newStore(t)
				before := startRead(t.Context(), s, image)
				d.Answer(t, 200, oldTags)
				(<-before).expect(t, "old")

				change := c.change(t, s)
				d.Open(t, 1)
				during := startRead(t.Context(), s, image)
				(<-during).expect(t, "old")
				d.Answer(t, c.status, "")
				<-change

				after := startRead(t.Context(), s, image)
				d.Open(t, 1)
				d.Answer(t, 200, newTags)
				(<-after).expect(t, "new")
			})
		})
	}
}

func TestAReadThatOverlapsAWriteIsNotRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		write := startWrite(t.Context(), s, image, written)
		d.Open(t, 1)
		during := startRead(t.Context(), s, image)
		d.Open(t, 2)
		d.Answer(t, 204, "")
		expectSuccess(t, write)
		after := startRead(t.Context(), s, image)
		d.Open(t, 2)
		d.Answer(t, 200, oldTags)
		(<-during).expect(t, "old")
		d.Answer(t, 200, newTags)
		(<-after).expect(t, "new")
		(<-startRead(t.Context(), s, image)).expect(t, "new")
		d.Total(t, 4)
	})
}

func TestWaitingForAnotherWriteCanBeCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, d := newStore(t)
		first := startWrite(t.Context(), s, image, "first")
		d.Open(t, 1)
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
		d.Answer(t, 204, "")
		expectSuccess(t, first)
		last := startDelete(t.Context(), s, image, "cancelled") // it was not written
		d.Answer(t, 204, "")
		expectSuccess(t, last)
		d.Total(t, 3)
	})
}

// A write that the service refuses has changed nothing, so that a read of before it stands; any other may have been
// carried out.
func TestOnlyARefusedWriteLeavesWhatWasRead(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		answers []*http.Response
		reads   int
	}{
		"refused by the service":         {[]*http.Response{faketransport.Response(400, `{"error":{"code":"IMG.0116"}}`)}, 1},
		"refused by the gateway":         {[]*http.Response{faketransport.Response(403, `{"error_code":"APIGW.0302"}`)}, 2},
		"a fault of the service":         {[]*http.Response{faketransport.Response(501, `{"error":{"code":"IMG.0001"}}`)}, 2},
		"an odd answer of the service":   {[]*http.Response{faketransport.Response(202, `{"error":{"code":"IMG.0116"}}`)}, 2},
		"refused when it was sent again": {[]*http.Response{faketransport.Response(503, ""), faketransport.Response(400, `{"error":{"code":"IMG.0116"}}`)}, 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				reads, answers := 0, c.answers
				client := newClient(t, &faketransport.Scripted{Answer: func(_ int, r *http.Request) (*http.Response, error) {
					if r.Method == http.MethodGet {
						reads++
						return faketransport.Response(200, `{"tags":[]}`), nil
					}
					answer := answers[0]
					answers = answers[1:]
					return answer, nil
				}})
				s := store.New(client, store.Options{})
				read := func() {
					if _, err := s.Tags(t.Context(), image); err != nil {
						t.Error(err)
					}
				}
				read()
				if err := s.Write(t.Context(), image, ims.Tag{Key: "k"}); err == nil {
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

// Writes that wait for their image's turn do not find out again.
func TestWritesThatWaitForAnImageDoNotRepeatTheDiscovery(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := refusedPort()
		client := newClient(t, f, longestWaits, func(c *ims.Config) { c.MaxRetries = ims.DefaultMaxRetries })
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
