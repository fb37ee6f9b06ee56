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

// lagging is a walk in which the service answers every read with the old tags: {k old}.
type lagging struct {
	t      *testing.T
	d      *faketransport.Manual
	client *ims.Client
	store  *store.Store
}

func newLagging(t *testing.T) *lagging {
	t.Helper()
	d := &faketransport.Manual{}
	client := newClient(t, d)
	accept(t, d, client)
	l := &lagging{t: t, d: d, client: client}
	l.begin()
	return l
}

// begin begins another walk.
func (l *lagging) begin() {
	l.store = store.New(l.client, store.Options{})
}

func (l *lagging) write(key string, status int) {
	l.t.Helper()
	done := startWrite(l.t.Context(), l.store, image, key)
	l.d.Answer(l.t, status, "")
	if err := <-done; (err == nil) != (status == 204) {
		l.t.Fatal(err)
	}
}

func (l *lagging) remove(status int) {
	l.t.Helper()
	done := startDelete(l.t.Context(), l.store, image, "k")
	l.d.Answer(l.t, status, "")
	if err := <-done; (err == nil) != (status == 204) {
		l.t.Fatal(err)
	}
}

func (l *lagging) expect(want ...ims.Tag) {
	l.t.Helper()
	done := startRead(l.t.Context(), l.store, image)
	l.d.Answer(l.t, 200, oldTags)
	if got := <-done; got.err != nil || !slices.Equal(got.tags, want) {
		l.t.Errorf("the tags are %v, %v, want %v", got.tags, got.err, want)
	}
	l.store.Forget(image)
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
		read := startRead(t.Context(), l.store, image)
		l.d.Open(t, 1)
		<-time.After(time.Second)
		l.d.Answer(t, 200, oldTags)
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
		read := startRead(t.Context(), l.store, image)
		l.d.Open(t, 1)
		<-time.After(time.Second)
		write := startWrite(t.Context(), l.store, image, "k")
		open := l.d.Open(t, 2)
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

// A write that changed nothing leaves what was read, and what an earlier write wrote.
func TestAWriteThatChangedNothingLeavesWhatIsKnown(t *testing.T) {
	t.Parallel()
	cases := map[string]func(t *testing.T, l *lagging) error{
		"refused by the service": func(t *testing.T, l *lagging) error {
			t.Helper()
			done := startWrite(t.Context(), l.store, image, "k")
			l.d.Answer(t, 400, `{"error":{"code":"IMG.0115"}}`)
			return <-done
		},
		"not sent in time": func(t *testing.T, l *lagging) error {
			t.Helper()
			throttled := start(func() error { _, err := l.client.ListTags(t.Context(), image); return err })
			l.d.Answer(t, 429, refused, "Retry-After", "20")
			l.d.Open(t, 0)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			err := <-startWrite(ctx, l.store, image, "k")
			<-time.After(20 * time.Second)
			l.d.Answer(t, 200, oldTags)
			return errors.Join(err, <-throttled)
		},
		"left out": func(t *testing.T, l *lagging) error {
			t.Helper()
			var claims store.Claims
			claims.Of(image, "k", "another").Hold()
			return l.store.Delete(t.Context(), image, "k", claims.Of(image, "k", "it"))
		},
	}
	for name, write := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLagging(t)
				l.write("k", 204)
				read := startRead(t.Context(), l.store, image)
				l.d.Answer(t, 200, oldTags)
				(<-read).expect(t, "v")
				if err := write(t, l); err == nil {
					t.Fatal("there is no error")
				}
				(<-startRead(t.Context(), l.store, image)).expect(t, "v")
			})
		})
	}
}
