package ims_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
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
		d := &faketransport.Manual{}
		done := list(t.Context(), newClient(t, nowhere, over(d)), 10)
		d.Open(t, 1)
		d.Answer(t, 401, refused)

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
		d.Total(t, 1)
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
				d := &faketransport.Manual{}
				done := list(t.Context(), newClient(t, nowhere, over(d), maxRetries(0)), 10)
				d.Open(t, 1)
				d.Answer(t, c.status, c.body)
				<-done
				d.Open(t, 9) // all at once
				for range 9 {
					d.Answer(t, 200, `{"tags":[]}`)
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
				d := &faketransport.Manual{}
				done := list(t.Context(), newClient(t, nowhere, over(d), maxRetries(0)), 3)
				d.Open(t, 1)
				d.Answer(t, status, refused)
				if e := asError(t, <-done); e.StatusCode != status {
					t.Errorf("the error is %v", e)
				}
				d.Open(t, 1)
				d.Answer(t, 401, refused)
				<-done
				<-done
				d.Total(t, 2)
			})
		})
	}
}

func TestNoAnswerSaysNothingOfTheCredentials(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		c := newClient(t, nowhere, over(d), maxRetries(0))
		ctx, cancel := context.WithCancel(t.Context())
		first := list(ctx, c, 1)
		d.Open(t, 1)
		rest := list(t.Context(), c, 3)
		d.Open(t, 1)
		cancel()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		d.Open(t, 1)
		d.Answer(t, 200, `{"tags":[]}`)
		d.Open(t, 2)
		d.Answer(t, 200, `{"tags":[]}`)
		d.Answer(t, 200, `{"tags":[]}`)
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
		d := &faketransport.Manual{}
		done := list(t.Context(), newClient(t, nowhere, over(d), longestWaits), 2)
		d.Open(t, 1)
		d.Answer(t, 503, "")
		d.Open(t, 1)
		d.Answer(t, 200, `{"tags":[]}`)
		if err := <-done; err != nil {
			t.Error(err)
		}
		<-d.Next(t)
		d.Answer(t, 200, `{"tags":[]}`)
		if err := <-done; err != nil {
			t.Error(err)
		}
		d.Total(t, 3)
	})
}

func TestWaitingForTheTurnCanBeCancelled(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &faketransport.Manual{}
		c := newClient(t, nowhere, over(d))
		first := list(t.Context(), c, 1)
		d.Open(t, 1)
		ctx, cancel := context.WithCancel(t.Context())
		second := list(ctx, c, 1)
		synctest.Wait()
		cancel()
		err := <-second
		if e := asError(t, err); !errors.Is(err, context.Canceled) || e.Attempts != 0 || e.Path != tagPath {
			t.Errorf("the error is %+v", e)
		}
		d.Answer(t, 200, `{"tags":[]}`)
		if err := <-first; err != nil {
			t.Error(err)
		}
		d.Total(t, 1)
	})
}

func isRefused(err error) bool {
	var e *ims.RefusedError
	return errors.As(err, &e)
}
