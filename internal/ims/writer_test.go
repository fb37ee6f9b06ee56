package ims_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// newWriter returns a writer, and its reader, of a service that has accepted the credentials with one request.
func newWriter(t *testing.T) (*ims.Writer, *ims.Reader, *desk) {
	t.Helper()
	d := &desk{}
	c := newClient(t, nowhere, over(d))
	d.accept(t, c)
	r := singleReader(c)
	return ims.NewWriter(c, r), r, d
}

func startWrite(ctx context.Context, w *ims.Writer, to ims.Image, key string) <-chan error {
	return start(func() error { return w.Write(ctx, to, ims.Tag{Key: key, Value: "v"}) })
}

func startDelete(ctx context.Context, w *ims.Writer, of ims.Image, key string) <-chan error {
	return start(func() error { return w.Delete(ctx, of, key, new(ims.Claims).Of(of, key, "it")) })
}

func expectSuccess(t *testing.T, done <-chan error) {
	t.Helper()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestWritesToAnImageGoOneAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, _, d := newWriter(t)
		var writes []<-chan error
		for i := range 5 {
			writes = append(writes,
				startWrite(t.Context(), w, image, fmt.Sprintf("written%d", i)),
				startDelete(t.Context(), w, image, fmt.Sprintf("deleted%d", i)))
		}
		for range writes {
			d.expect(t, 1)
			d.answer(t, 204, "")
		}
		for _, write := range writes {
			expectSuccess(t, write)
		}
		d.expectAll(t, 1+len(writes))
	})
}

// The turn is kept while a write waits to be sent again, so that a later write cannot be undone by an older one.
func TestAWriteKeepsItsTurnDuringAWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		c := newClient(t, nowhere, over(d), longestWaits)
		d.accept(t, c)
		w := ims.NewWriter(c, singleReader(c))

		first := startWrite(t.Context(), w, image, "a")
		d.expect(t, 1)
		second := startWrite(t.Context(), w, image, "b")
		d.answer(t, 503, "")
		<-sentAgain(t, d)
		d.expect(t, 1)
		d.answer(t, 204, "")
		expectSuccess(t, first)
		d.answer(t, 204, "")
		expectSuccess(t, second)
		d.expectAll(t, 4)
	})
}

func TestWritesToDifferentImagesGoInParallel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, _, d := newWriter(t)
		const images = 10
		var writes []<-chan error
		for i := range images {
			of := ims.Image{ProjectID: project, ID: fmt.Sprintf("image-%d", i)}
			writes = append(writes, startWrite(t.Context(), w, of, "k"))
		}
		d.expect(t, images) // at once
		for range writes {
			d.answer(t, 204, "")
		}
		for _, write := range writes {
			expectSuccess(t, write)
		}
	})
}

func TestATagThatAnotherOwnerClaimsIsNotDeleted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, _, d := newWriter(t)
		var claims ims.Claims
		deleted := start(func() error { return w.Write(t.Context(), image, ims.Tag{Key: "k"}) })
		d.expect(t, 1)
		waiting := start(func() error { return w.Delete(t.Context(), image, "k", claims.Of(image, "k", "old")) })
		claims.Of(image, "k", "new").Hold() // while the delete waits for its turn
		d.answer(t, 204, "")
		expectSuccess(t, deleted)
		if err := <-waiting; !errors.Is(err, ims.ErrClaimed) {
			t.Errorf("the error is %v", err)
		}
		d.expectAll(t, 2)

		own := start(func() error { return w.Delete(t.Context(), image, "k", claims.Of(image, "k", "new")) })
		d.answer(t, 204, "")
		expectSuccess(t, own)
		d.expectAll(t, 3)
	})
}

// A delete that comes before the write, as without create_before_destroy, is made.
func TestATagIsDeletedBeforeItIsWrittenAnew(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, _, d := newWriter(t)
		remove := startDelete(t.Context(), w, image, "k")
		d.answer(t, 204, "")
		expectSuccess(t, remove)
		write := startWrite(t.Context(), w, image, "k")
		d.answer(t, 204, "")
		expectSuccess(t, write)
		d.expectAll(t, 3)
	})
}

func TestATagThatCouldNotBeWrittenIsDeleted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, _, d := newWriter(t)
		write := startWrite(t.Context(), w, image, "k")
		d.answer(t, 403, "")
		if err := <-write; err == nil {
			t.Error("the write succeeded")
		}
		remove := startDelete(t.Context(), w, image, "k")
		d.answer(t, 204, "")
		expectSuccess(t, remove)
		d.expectAll(t, 3)
	})
}

func TestAReadAfterAWriteAsksAgain(t *testing.T) {
	t.Parallel()
	write := func(t *testing.T, w *ims.Writer) <-chan error {
		t.Helper()
		return startWrite(t.Context(), w, image, written)
	}
	remove := func(t *testing.T, w *ims.Writer) <-chan error {
		t.Helper()
		return startDelete(t.Context(), w, image, written)
	}
	cases := map[string]struct {
		change func(*testing.T, *ims.Writer) <-chan error
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
				w, r, d := newWriter(t)
				before := startRead(t.Context(), r, image)
				d.answer(t, 200, oldTags)
				(<-before).expect(t, "old")

				change := c.change(t, w)
				d.expect(t, 1)
				during := startRead(t.Context(), r, image)
				(<-during).expect(t, "old")
				d.answer(t, c.status, "")
				<-change

				after := startRead(t.Context(), r, image)
				d.expect(t, 1)
				d.answer(t, 200, newTags)
				(<-after).expect(t, "new")
			})
		})
	}
}

func TestAReadThatOverlapsAWriteIsNotRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, r, d := newWriter(t)
		write := startWrite(t.Context(), w, image, written)
		d.expect(t, 1)
		during := startRead(t.Context(), r, image)
		d.expect(t, 2)
		d.answer(t, 204, "")
		expectSuccess(t, write)
		after := startRead(t.Context(), r, image)
		d.expect(t, 2)
		d.answer(t, 200, oldTags)
		(<-during).expect(t, "old")
		d.answer(t, 200, newTags)
		(<-after).expect(t, "new")
		(<-startRead(t.Context(), r, image)).expect(t, "new")
		d.expectAll(t, 4)
	})
}

func TestWaitingForAnotherWriteCanBeCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, _, d := newWriter(t)
		first := startWrite(t.Context(), w, image, "first")
		d.expect(t, 1)
		ctx, cancel := context.WithCancel(t.Context())
		cancelled := map[ims.Operation]<-chan error{
			ims.OperationWriteTag:  startWrite(ctx, w, image, "cancelled"),
			ims.OperationDeleteTag: startDelete(ctx, w, image, "cancelled"),
		}
		synctest.Wait()
		cancel()
		for operation, done := range cancelled {
			err := <-done
			if e := asError(t, err); !errors.Is(err, context.Canceled) || e.Operation != operation || e.Attempts != 0 {
				t.Errorf("the error is %+v", e)
			}
		}
		d.answer(t, 204, "")
		expectSuccess(t, first)
		last := startDelete(t.Context(), w, image, "cancelled") // it was not written
		d.answer(t, 204, "")
		expectSuccess(t, last)
		d.expectAll(t, 3)
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
		"refused by the service":         {[]*http.Response{response(400, `{"error":{"code":"IMG.0116"}}`)}, 1},
		"refused by the gateway":         {[]*http.Response{response(403, `{"error_code":"APIGW.0302"}`)}, 2},
		"a fault of the service":         {[]*http.Response{response(501, `{"error":{"code":"IMG.0001"}}`)}, 2},
		"an odd answer of the service":   {[]*http.Response{response(202, `{"error":{"code":"IMG.0116"}}`)}, 2},
		"refused when it was sent again": {[]*http.Response{response(503, ""), response(400, `{"error":{"code":"IMG.0116"}}`)}, 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				reads, answers := 0, c.answers
				client := newClient(t, nowhere, over(&fake{answer: func(_ int, r *http.Request) (*http.Response, error) {
					if r.Method == http.MethodGet {
						reads++
						return response(200, `{"tags":[]}`), nil
					}
					answer := answers[0]
					answers = answers[1:]
					return answer, nil
				}}))
				reader := singleReader(client)
				read := func() {
					if _, err := reader.Tags(t.Context(), image); err != nil {
						t.Error(err)
					}
				}
				read()
				if err := ims.NewWriter(client, reader).Write(t.Context(), image, ims.Tag{Key: "k"}); err == nil {
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
