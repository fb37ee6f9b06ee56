package ims_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// A write that is on its way when somebody cancels is given five seconds; a read ends at once.
func TestCancellingACallThatIsOnItsWay(t *testing.T) {
	t.Parallel()
	write := func(ctx context.Context, c *ims.Client) error { return c.WriteTag(ctx, image, ims.Tag{Key: "k"}) }
	remove := func(ctx context.Context, c *ims.Client) error { return c.DeleteTag(ctx, image, "k") }
	batch := func(ctx context.Context, c *ims.Client) error { return c.DeleteTag(ctx, image, "a b") }
	read := func(ctx context.Context, c *ims.Client) error {
		_, err := c.ListTags(ctx, image)
		return err
	}
	cases := map[string]struct {
		call     func(context.Context, *ims.Client) error
		answered time.Duration // after the cancelling; zero: never
		takes    time.Duration
		done     bool
	}{
		"a write that is answered":       {write, 4 * time.Second, 4 * time.Second, true},
		"a delete that is answered":      {remove, 4 * time.Second, 4 * time.Second, true},
		"a batch that is answered":       {batch, 4 * time.Second, 4 * time.Second, true},
		"a write that is answered late":  {write, 6 * time.Second, 5 * time.Second, false},
		"a write that is never answered": {write, 0, 5 * time.Second, false},
		"a read that would be answered":  {read, 4 * time.Second, 0, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := &faketransport.Manual{}
				client := newClient(t, nowhere, over(d))
				ctx, cancel := context.WithCancel(t.Context())
				done := start(func() error { return c.call(ctx, client) })
				d.Open(t, 1)
				begun := time.Now()
				cancel()
				if c.answered > 0 {
					time.AfterFunc(c.answered, func() { d.AnswerAll(204, "") })
				}
				err := <-done
				if took := time.Since(begun); took != c.takes {
					t.Errorf("it took %s, want %s", took, c.takes)
				}
				if (err == nil) != c.done || err != nil && !errors.Is(err, context.Canceled) {
					t.Errorf("it ended with %v", err)
				}
				<-time.After(time.Minute) // what is left of the timers
				d.Total(t, 1)
			})
		})
	}
}

func TestAWriteIsNotBegunAfterCancelling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		client := newClient(t, nowhere, over(d))
		accept(t, d, client)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := client.WriteTag(ctx, image, ims.Tag{Key: "k"}); !errors.Is(err, context.Canceled) {
			t.Errorf("it ended with %v", err)
		}
		d.Total(t, 1)
	})
}

// The operation's own time is no reason to wait longer.
func TestAnOperationsTimeoutEndsAWriteAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newClient(t, nowhere, over(&faketransport.Manual{}))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		begun := time.Now()
		err := client.WriteTag(ctx, image, ims.Tag{Key: "k"})
		if took := time.Since(begun); took != 10*time.Second || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it ended after %s with %v", took, err)
		}
	})
}

// What became of a write in the seconds that it is given is told with the cancelling.
func TestACancelledWriteSaysWhyItWasNotAnswered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) {
			cancel()
			return nil, io.ErrUnexpectedEOF
		}}
		err := newClient(t, nowhere, over(f)).WriteTag(ctx, image, ims.Tag{Key: "k"})
		if !errors.Is(err, context.Canceled) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("the error is %v", err)
		}
	})
}
