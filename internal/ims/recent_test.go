package ims_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// lagging is a walk in which the service answers every read with the old tags: {k old}.
type lagging struct {
	t      *testing.T
	d      *desk
	client *ims.Client
	reader *ims.Reader
	writer *ims.Writer
}

func newLagging(t *testing.T) *lagging {
	t.Helper()
	d := &desk{}
	client := newClient(t, nowhere, over(d))
	d.accept(t, client)
	l := &lagging{t: t, d: d, client: client}
	l.begin()
	return l
}

// begin begins another walk.
func (l *lagging) begin() {
	l.reader = ims.NewReader(l.client, false)
	l.writer = ims.NewWriter(l.client, l.reader)
}

func (l *lagging) write(key string, status int) {
	l.t.Helper()
	done := startWrite(l.t.Context(), l.writer, image, key)
	l.d.answer(l.t, status, "")
	if err := <-done; (err == nil) != (status == 204) {
		l.t.Fatal(err)
	}
}

func (l *lagging) remove(status int) {
	l.t.Helper()
	done := startDelete(l.t.Context(), l.writer, image, "k")
	l.d.answer(l.t, status, "")
	if err := <-done; (err == nil) != (status == 204) {
		l.t.Fatal(err)
	}
}

func (l *lagging) expect(want ...ims.Tag) {
	l.t.Helper()
	done := startRead(l.t.Context(), l.reader, image)
	l.d.answer(l.t, 200, oldTags)
	if got := <-done; got.err != nil || !slices.Equal(got.tags, want) {
		l.t.Errorf("the tags are %v, %v, want %v", got.tags, got.err, want)
	}
	l.reader.Forget(image)
}

func TestReadsShowWhatWasWrittenMomentsAgo(t *testing.T) {
	t.Parallel()
	old := ims.Tag{Key: "k", Value: "old"}
	cases := map[string]struct {
		write func(l *lagging)
		want  []ims.Tag // for half a minute; then it is the old ones
	}{
		"a tag that was added":   {func(l *lagging) { l.write("new", 204) }, []ims.Tag{old, {Key: "new", Value: "v"}}},
		"a value that was set":   {func(l *lagging) { l.write("k", 204) }, []ims.Tag{{Key: "k", Value: "v"}}},
		"a tag that was deleted": {func(l *lagging) { l.remove(204) }, nil},
		"the last of two writes": {func(l *lagging) { l.remove(204); l.write("k", 204) }, []ims.Tag{{Key: "k", Value: "v"}}},
		"not a write that failed": {func(l *lagging) {
			l.write("k", 204)
			l.write("k", 403)
		}, []ims.Tag{old}},
		"not a delete that failed": {func(l *lagging) {
			l.remove(204)
			l.remove(403)
		}, []ims.Tag{old}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLagging(t)
				c.write(l)
				l.expect(c.want...)
				<-time.After(29 * time.Second)
				l.expect(c.want...)
				<-time.After(time.Second)
				l.expect(old)
				l.expect(old)
			})
		})
	}
}

// What counts is when the read was answered: by then the half minute may be over.
func TestAReadThatWasAnsweredLaterShowsWhatIsThere(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLagging(t)
		l.write("k", 204)
		<-time.After(29 * time.Second)
		read := startRead(t.Context(), l.reader, image)
		l.d.expect(t, 1)
		<-time.After(time.Second)
		l.d.answer(t, 200, oldTags)
		(<-read).expect(t, "old")
	})
}

func TestAnotherWalkShowsWhatIsRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLagging(t)
		l.write("k", 204)
		l.begin()
		l.expect(ims.Tag{Key: "k", Value: "old"})
	})
}

// A read that began before a write shows the write, however long it took.
func TestALongReadShowsWhatWasWrittenMeanwhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLagging(t)
		read := startRead(t.Context(), l.reader, image)
		l.d.expect(t, 1)
		<-time.After(time.Second)
		write := startWrite(t.Context(), l.writer, image, "k")
		open := l.d.expect(t, 2)
		open[1].reply <- response(204, "")
		if err := <-write; err != nil {
			t.Fatal(err)
		}
		<-time.After(40 * time.Second)
		open[0].reply <- response(200, oldTags)
		if got := <-read; got.err != nil || !slices.Equal(got.tags, []ims.Tag{{Key: "k", Value: "v"}}) {
			t.Errorf("the tags are %v, %v", got.tags, got.err)
		}
	})
}

// A write that changed nothing leaves what was read, and what an earlier write wrote.
func TestAWriteThatChangedNothingLeavesWhatIsKnown(t *testing.T) {
	t.Parallel()
	cases := map[string]func(t *testing.T, l *lagging) error{
		"refused by the service": func(t *testing.T, l *lagging) error {
			t.Helper()
			done := startWrite(t.Context(), l.writer, image, "k")
			l.d.answer(t, 400, `{"error":{"code":"IMG.0115"}}`)
			return <-done
		},
		"not sent in time": func(t *testing.T, l *lagging) error {
			t.Helper()
			throttled := list(t.Context(), l.client, 1)
			l.d.answer(t, 429, refused, "Retry-After", "20")
			l.d.expect(t, 0)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			err := <-startWrite(ctx, l.writer, image, "k")
			<-time.After(20 * time.Second)
			l.d.answer(t, 200, oldTags)
			return errors.Join(err, <-throttled)
		},
		"left out": func(t *testing.T, l *lagging) error {
			t.Helper()
			var claims ims.Claims
			claims.Of(image, "k", "another").Hold()
			return l.writer.Delete(t.Context(), image, "k", claims.Of(image, "k", "it"))
		},
	}
	for name, write := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLagging(t)
				l.write("k", 204)
				read := startRead(t.Context(), l.reader, image)
				l.d.answer(t, 200, oldTags)
				(<-read).expect(t, "v")
				if err := write(t, l); err == nil {
					t.Fatal("there is no error")
				}
				(<-startRead(t.Context(), l.reader, image)).expect(t, "v")
			})
		})
	}
}
