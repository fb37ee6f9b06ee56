package ims_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// What waits when one call is throttled was not sent yet, and is not sent, even if it waited for something else.
func TestWhatWaitsForTheCredentialsWaitsForTheThrottlingToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		done := list(t.Context(), newClient(t, nowhere, over(d), longestWaits), 10)
		d.Open(t, 1)
		d.Answer(t, 429, refused, "Retry-After", "60")
		<-time.After(59 * time.Second)
		d.Open(t, 0)
		<-time.After(time.Second)
		d.Open(t, 1)
		d.Answer(t, 200, `{"tags":[]}`)
		d.Open(t, 9)
		for range 9 {
			d.Answer(t, 200, `{"tags":[]}`)
		}
		for range 10 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
	})
}

// No Retry-After makes calls wait for longer than five minutes, whatever its form.
func TestAThrottledServiceIsProbedWithinFiveMinutes(t *testing.T) {
	t.Parallel()
	nextYear := func() string { return time.Now().AddDate(1, 0, 0).UTC().Format(http.TimeFormat) }
	for name, header := range map[string]func() string{
		"seconds": func() string { return "100000" },
		"a date":  nextYear,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := &faketransport.Manual{}
				done := list(t.Context(), newClient(t, nowhere, over(d), longestWaits), 1)
				for range 2 { // a call and a probe
					d.Answer(t, 429, refused, "Retry-After", header())
					<-time.After(5*time.Minute - time.Second)
					d.Open(t, 0)
					<-time.After(time.Second)
					d.Open(t, 1)
				}
				d.Answer(t, 200, `{"tags":[]}`)
				expectSuccess(t, done)
			})
		})
	}
}

// A refusal of a call that was made before the service took calls again says nothing of now.
func TestALateRefusalClosesNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		client := newClient(t, nowhere, over(d), longestWaits)
		accept(t, d, client)
		done := list(t.Context(), client, 2)
		d.Open(t, 2)
		d.Answer(t, 429, refused)
		late := d.Open(t, 1)[0]
		<-time.After(time.Second)
		d.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, done)
		late.Answer(429, refused)
		<-time.After(600 * time.Millisecond) // at the pace that was seen; a probe would be sent after a second
		d.Answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, done)
	})
}

// What never came to be sent says why.
func TestWaitsThatEndSayThatTheServiceThrottles(t *testing.T) {
	t.Parallel()
	waiting := map[string]func(ctx context.Context, c *ims.Client) error{
		"for the service": func(ctx context.Context, c *ims.Client) error {
			_, err := c.ListTags(ctx, image)
			return err
		},
		"for the credentials": func(ctx context.Context, c *ims.Client) error {
			return c.WriteTag(ctx, image, ims.Tag{Key: "k"})
		},
	}
	for name, call := range waiting {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := &faketransport.Manual{}
				client := newClient(t, nowhere, over(d), longestWaits)
				if name == "for the service" {
					accept(t, d, client)
				}
				first := list(t.Context(), client, 1)
				d.Answer(t, 429, refused, "Retry-After", "300")
				d.Open(t, 0)
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				e := asError(t, call(ctx, client))
				if !errors.Is(e, ims.ErrWaitTooLong) || e.Attempts != 0 || e.Path == "" {
					t.Errorf("the error is %v, after %d attempts", e, e.Attempts)
				}
				<-time.After(4 * time.Minute)
				d.Answer(t, 200, `{"tags":[]}`)
				expectSuccess(t, first)
			})
		})
	}
}

// One call is refused, and all wait: a single one tries again until the service takes calls.
func TestAllCallsWaitWhenOneIsThrottled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		var waits []time.Duration
		client := newClient(t, nowhere, over(d), longestWaits, func(c *ims.Config) {
			c.Throttled = func(_ context.Context, wait time.Duration) { waits = append(waits, wait) }
		})
		accept(t, d, client)
		first := list(t.Context(), client, 1)
		d.Answer(t, 429, refused)
		d.Open(t, 0)
		rest := list(t.Context(), client, 5)
		d.Open(t, 0) // the others are not even sent
		<-time.After(time.Second)
		d.Open(t, 1) // one tries
		d.Answer(t, 429, refused)
		<-time.After(time.Second)
		d.Open(t, 0)
		<-time.After(time.Second)
		d.Open(t, 1)
		d.Answer(t, 200, `{"tags":[]}`)
		for range 5 { // the pace that was seen is slow
			<-time.After(5 * time.Second)
			d.Answer(t, 200, `{"tags":[]}`)
		}
		for _, done := range []<-chan error{first, rest, rest, rest, rest, rest} {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		if len(waits) != 1 || waits[0] != time.Second {
			t.Errorf("the beginning was told as %v", waits)
		}
	})
}

func TestALimitOfOnesOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &window{most: 1 << 30, latency: time.Millisecond}
		client := newClient(t, nowhere, over(w), func(c *ims.Config) { c.RequestsPerSecond = 5 })
		begun := time.Now()
		writeAll(t, client, 51)
		if took := time.Since(begun); took < 10*time.Second || took > 11*time.Second {
			t.Errorf("51 calls at five a second took %s", took)
		}
	})
}

func TestALimitOfCallsOnTheirWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		client := newClient(t, nowhere, over(d), func(c *ims.Config) { c.ConcurrentRequests = 3 })
		accept(t, d, client)
		done := list(t.Context(), client, 10)
		for range 7 {
			d.Open(t, 3)
			d.Answer(t, 200, `{"tags":[]}`)
		}
		for range 3 {
			d.Answer(t, 200, `{"tags":[]}`)
		}
		for range 10 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		full := list(t.Context(), client, 3)
		d.Open(t, 3)
		if _, err := client.ListTags(ctx, image); !errors.Is(err, context.Canceled) {
			t.Errorf("waiting for a place ended with %v", err)
		}
		for range 3 {
			d.Answer(t, 200, `{"tags":[]}`)
			<-full
		}
	})
}

// Nobody waits for what would come after the operation's time.
func TestAThrottledCallGivesUpWhenItsTimeWouldBeOver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		client := newClient(t, nowhere, over(&window{most: 0, length: time.Hour}), longestWaits)
		err := client.WriteTag(ctx, image, ims.Tag{Key: "k"})
		e := asError(t, err)
		if e.StatusCode != http.StatusTooManyRequests || e.Code != "APIGW.0308" || e.Attempts != 4 || e.Elapsed != 7*time.Second {
			t.Errorf("the error is %v, after %d attempts in %s", e, e.Attempts, e.Elapsed)
		}
		e = asError(t, client.WriteTag(ctx, image, ims.Tag{Key: "k"}))
		if !errors.Is(e, ims.ErrWaitTooLong) || e.Attempts != 0 {
			t.Errorf("the error of a call that was not sent is %v, after %d attempts", e, e.Attempts)
		}
	})
}
