package ims_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

const refused = `{"error_code":"APIGW.0301","error_msg":"Incorrect IAM authentication information"}`

// list starts as many list calls.
func list(ctx context.Context, c *ims.Client, calls int) <-chan error {
	done := make(chan error, calls)
	for range calls {
		go func() {
			_, err := c.ListTags(ctx, image)
			done <- err
		}()
	}
	return done
}

func TestOneRequestTriesTheCredentials(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		done := list(t.Context(), newClient(t, nowhere, over(d)), 10)
		d.expect(t, 1)
		d.answer(t, 401, refused)

		answered := 0
		for range 10 {
			err := <-done
			e := asError(t, err)
			if e.StatusCode == http.StatusUnauthorized && e.Code == "APIGW.0301" && e.Attempts == 1 {
				answered++
				continue
			}
			var notSent *ims.RefusedError
			if !errors.As(err, &notSent) || notSent.First.Code != "APIGW.0301" || e.Attempts != 0 || e.Path != tagPath {
				t.Errorf("the error is %+v", e)
			}
			if text := err.Error(); !strings.Contains(text, "not sent") || !strings.Contains(text, "HTTP 401 Unauthorized APIGW.0301") {
				t.Errorf("the error is %q", text)
			}
		}
		if answered != 1 {
			t.Errorf("%d calls have the answer itself, want 1", answered)
		}
		d.expectAll(t, 1)
	})
}

func TestAcceptedCredentialsAreUsedInParallel(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		status int
		body   string
	}{
		"a list":              {200, `{"tags":[]}`},
		"no right":            {403, `{"error":{"code":"IMG.0026","message":"no"}}`},
		"no such image":       {404, `{"error":{"code":"IMG.0027","message":"no"}}`},
		"a bad request":       {400, `{"error":{"code":"IMG.0066","message":"no"}}`},
		"a fault of its own":  {500, `{"error":{"code":"IMG.0001","message":"no"}}`},
		"a list in odd JSON":  {200, ""},
		"a write with no 204": {202, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := &desk{}
				done := list(t.Context(), newClient(t, nowhere, over(d), maxRetries(0)), 10)
				d.expect(t, 1)
				d.answer(t, c.status, c.body)
				<-done
				d.expect(t, 9) // all at once
				for range 9 {
					d.answer(t, 200, `{"tags":[]}`)
					if err := <-done; err != nil {
						t.Error(err)
					}
				}
			})
		})
	}
}

func TestSomeAnswersSayNothingOfTheCredentials(t *testing.T) {
	t.Parallel()
	for _, status := range []int{302, 400, 403, 404, 409, 500, 502, 503, 504} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				d := &desk{}
				done := list(t.Context(), newClient(t, nowhere, over(d), maxRetries(0)), 3)
				d.expect(t, 1)
				d.answer(t, status, refused)
				if e := asError(t, <-done); e.StatusCode != status {
					t.Errorf("the error is %v", e)
				}
				d.expect(t, 1)
				d.answer(t, 401, refused)
				<-done
				<-done
				d.expectAll(t, 2)
			})
		})
	}
}

func TestNoAnswerSaysNothingOfTheCredentials(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		c := newClient(t, nowhere, over(d), maxRetries(0))
		ctx, cancel := context.WithCancel(t.Context())
		first := list(ctx, c, 1)
		d.expect(t, 1)
		rest := list(t.Context(), c, 3)
		d.expect(t, 1)
		cancel()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		d.expect(t, 1)
		d.answer(t, 200, `{"tags":[]}`)
		d.expect(t, 2)
		d.answer(t, 200, `{"tags":[]}`)
		d.answer(t, 200, `{"tags":[]}`)
		for range 3 {
			if err := <-rest; err != nil {
				t.Error(err)
			}
		}
	})
}

// While one call waits to be sent again, another may try the credentials.
func TestTheTurnIsNotKeptDuringAWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		done := list(t.Context(), newClient(t, nowhere, over(d), longestWaits), 2)
		d.expect(t, 1)
		d.answer(t, 503, "")
		d.expect(t, 1)
		d.answer(t, 200, `{"tags":[]}`)
		if err := <-done; err != nil {
			t.Error(err)
		}
		<-sentAgain(t, d)
		d.answer(t, 200, `{"tags":[]}`)
		if err := <-done; err != nil {
			t.Error(err)
		}
		d.expectAll(t, 3)
	})
}

// sentAgain waits for the time of the next attempt, which in a bubble is when nothing else can happen.
func sentAgain(t *testing.T, d *desk) <-chan struct{} {
	t.Helper()
	d.expect(t, 0)
	d.mu.Lock()
	defer d.mu.Unlock()
	d.arrived = make(chan struct{})
	return d.arrived
}

// A refusal among calls that are accepted may be a fault of one gateway: it is tried again, alone, before the rest is
// stopped.
func TestALaterRefusalIsTriedAgainAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		c := newClient(t, nowhere, over(d))
		d.accept(t, c)
		done := list(t.Context(), c, 10)
		d.expect(t, 10)
		for range 9 {
			d.answer(t, 401, refused)
		}
		open := d.expect(t, 2) // the last of the ten, and one that tries again
		open[0].reply <- response(200, `{"tags":[]}`)
		expectSuccess(t, done)
		synctest.Wait()
		later := list(t.Context(), c, 3)
		synctest.Wait()
		open[1].reply <- response(200, `{"tags":[]}`)
		expectSuccess(t, done)
		d.mu.Lock()
		d.open = d.open[2:]
		d.mu.Unlock()
		for range 8 + 3 {
			d.answer(t, 200, `{"tags":[]}`)
		}
		for range 8 {
			expectSuccess(t, done)
		}
		for range 3 {
			expectSuccess(t, later)
		}
		d.expectAll(t, 1+10+9+3)
	})
}

// Each call that was refused is made alone from then on, even if others were accepted meanwhile.
func TestACallThatIsRefusedTwiceStopsTheRest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		c := newClient(t, nowhere, over(d), longestWaits)
		d.accept(t, c)
		refusedTwice := list(t.Context(), c, 1)
		d.answer(t, 401, refused)
		d.expect(t, 0)
		other := list(t.Context(), c, 1) // while the first one waits
		d.answer(t, 200, `{"tags":[]}`)
		expectSuccess(t, other)
		<-time.After(time.Second)
		d.answer(t, 401, refused)
		e := asError(t, <-refusedTwice)
		if isRefused(e) || e.StatusCode != http.StatusUnauthorized || e.Attempts != 2 {
			t.Errorf("the error is %v, want the answer itself", e)
		}
		if err := <-list(t.Context(), c, 1); !isRefused(err) {
			t.Errorf("the error is %v, want that it was not sent", err)
		}
		d.expectAll(t, 4)
	})
}

func TestALaterRefusalStopsTheRest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		c := newClient(t, nowhere, over(d))
		d.accept(t, c)

		done := list(t.Context(), c, 2)
		d.expect(t, 2)
		d.answer(t, 401, refused)
		open := d.expect(t, 2)
		open[1].reply <- response(401, refused)
		if e := asError(t, <-done); isRefused(e) || e.Attempts != 2 {
			t.Errorf("the error is %v, want the answer itself", e)
		}
		if err := <-list(t.Context(), c, 1); !isRefused(err) {
			t.Errorf("the error is %v, want that it was not sent", err)
		}
		// One that is on its way already is not affected, and does not open the gate again.
		open[0].reply <- response(200, `{"tags":[]}`)
		expectSuccess(t, done)
		if err := <-list(t.Context(), c, 1); !isRefused(err) {
			t.Errorf("the error is %v, want that it was not sent", err)
		}
		d.expectAll(t, 4)
	})
}

// A person who wants nothing sent again gets the refusal at once; the next call tries the credentials alone.
func TestARefusalIsNotTriedAgainWithoutRetries(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		c := newClient(t, nowhere, over(d), maxRetries(0))
		d.accept(t, c)
		done := list(t.Context(), c, 1)
		d.answer(t, 401, refused)
		if e := asError(t, <-done); e.Attempts != 1 {
			t.Errorf("the error is %v", e)
		}
		rest := list(t.Context(), c, 3)
		d.answer(t, 401, refused)
		for range 3 {
			<-rest
		}
		d.expectAll(t, 3)
	})
}

// A refusal stops the further attempts of a call, too.
func TestARefusalStopsWhatWaitsToBeSentAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		c := newClient(t, nowhere, over(d), longestWaits)
		d.accept(t, c)

		waiting := list(t.Context(), c, 1)
		d.answer(t, 503, "", "Retry-After", "10")
		d.expect(t, 0)
		other := list(t.Context(), c, 1)
		d.answer(t, 401, refused)
		<-sentAgain(t, d)
		d.answer(t, 401, refused)
		<-other
		err := <-waiting
		if e := asError(t, err); !isRefused(err) || e.Attempts != 1 {
			t.Errorf("the error is %v", err)
		}
		d.expectAll(t, 4)
	})
}

func TestWaitingForTheTurnCanBeCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &desk{}
		c := newClient(t, nowhere, over(d))
		first := list(t.Context(), c, 1)
		d.expect(t, 1)
		ctx, cancel := context.WithCancel(t.Context())
		second := list(ctx, c, 1)
		synctest.Wait()
		cancel()
		err := <-second
		if e := asError(t, err); !errors.Is(err, context.Canceled) || e.Attempts != 0 || e.Path != tagPath {
			t.Errorf("the error is %+v", e)
		}
		d.answer(t, 200, `{"tags":[]}`)
		if err := <-first; err != nil {
			t.Error(err)
		}
		d.expectAll(t, 1)
	})
}

func isRefused(err error) bool {
	var e *ims.RefusedError
	return errors.As(err, &e)
}
