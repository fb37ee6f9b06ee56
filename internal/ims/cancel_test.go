// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// When the caller cancels, a write that was sent gets five more seconds; a read ends at once.
func TestCancelDuringAnAttempt(t *testing.T) {
	t.Parallel()
	write := func(ctx context.Context, c *ims.Client) error { return c.WriteTag(ctx, image, ims.Tag{Key: "k"}) }
	remove := func(ctx context.Context, c *ims.Client) error { return c.DeleteTag(ctx, image, "k") }
	batch := func(ctx context.Context, c *ims.Client) error { return c.DeleteTag(ctx, image, "a b") }
	read := func(ctx context.Context, c *ims.Client) error {
		_, err := c.ListTags(ctx, image)
		return err
	}
	cases := map[string]struct {
		call          func(context.Context, *ims.Client) error
		respondsAfter time.Duration // after the cancel; 0 for never
		takes         time.Duration
		done          bool
	}{
		"a write with a response":      {write, 4 * time.Second, 4 * time.Second, true},
		"a delete with a response":     {remove, 4 * time.Second, 4 * time.Second, true},
		"a batch with a response":      {batch, 4 * time.Second, 4 * time.Second, true},
		"a write with a late response": {write, 6 * time.Second, 5 * time.Second, false},
		"a write without a response":   {write, 0, 5 * time.Second, false},
		"a read":                       {read, 4 * time.Second, 0, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := &faketransport.Manual{}
				client := newClient(t, fakeEndpoint, withTransport(m))
				ctx, cancel := context.WithCancel(t.Context())
				done := runInBackground(func() error { return c.call(ctx, client) })
				m.Open(t, 1)
				begun := time.Now()
				cancel()
				if c.respondsAfter > 0 {
					time.AfterFunc(c.respondsAfter, func() { m.AnswerAll(204, "") })
				}
				err := <-done
				if took := time.Since(begun); took != c.takes {
					t.Errorf("it took %s, want %s", took, c.takes)
				}
				if (err == nil) != c.done || err != nil && !errors.Is(err, context.Canceled) {
					t.Errorf("it ended with %v", err)
				}
				<-time.After(time.Minute) // all timers have expired
				m.Total(t, 1)
			})
		})
	}
}

func TestNoWriteIsSentAfterACancel(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		client := newClient(t, fakeEndpoint, withTransport(m))
		acceptCredentials(t, m, client)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if err := client.WriteTag(ctx, image, ims.Tag{Key: "k"}); !errors.Is(err, context.Canceled) {
			t.Errorf("it ended with %v", err)
		}
		m.Total(t, 1)
	})
}

// slowRenewal returns a transport whose first login is immediate, and whose other logins take some time. Requests with a grant
// are sent over next.
func slowRenewal(takes time.Duration, next http.RoundTripper) http.RoundTripper {
	wait := time.Duration(0)
	return auth.NewRenewing(func(context.Context) (*auth.Grant, error) {
		<-time.After(wait)
		wait = takes
		return &auth.Grant{Transport: next, RenewOn401: true}, nil
	}, time.Now)
}

// slow is a transport that answers after some time.
type slow struct{}

func (slow) RoundTrip(r *http.Request) (*http.Response, error) {
	m := &faketransport.Manual{}
	time.AfterFunc(time.Second, func() { m.AnswerAll(http.StatusOK, "") })
	return m.RoundTrip(r)
}

// get sends a request.
func get(ctx context.Context, transport http.RoundTripper) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, fakeEndpoint, http.NoBody)
	if err != nil {
		return err
	}
	resp, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	return resp.Body.Close()
}

// connecting is a transport that never gets a connection.
type connecting struct{}

func (connecting) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// A write that waits for a login or a connection is not sent any more when the caller cancels, and the wait ends at once. A
// connection of the login is not one of the write.
func TestCancelBeforeAWriteIsSent(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		transport func(service http.RoundTripper) http.RoundTripper
		sent      int // and refused before the cancel
	}{
		"during the first login": {func(service http.RoundTripper) http.RoundTripper {
			return auth.NewRenewing(func(ctx context.Context) (*auth.Grant, error) {
				return &auth.Grant{Transport: service}, get(ctx, slow{})
			}, time.Now)
		}, 0},
		"during the login after a 401": {func(service http.RoundTripper) http.RoundTripper { return slowRenewal(time.Second, service) }, 1},
		"while it connects":            {func(http.RoundTripper) http.RoundTripper { return connecting{} }, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				m := &faketransport.Manual{}
				client := newClient(t, fakeEndpoint, withTransport(c.transport(m)))
				ctx, cancel := context.WithCancel(t.Context())
				done := runInBackground(func() error { return client.WriteTag(ctx, image, ims.Tag{Key: "k"}) })
				for range c.sent {
					m.Answer(t, 401, "")
				}
				<-time.After(200 * time.Millisecond)
				begun := time.Now()
				cancel()
				err := <-done
				if took := time.Since(begun); took != 0 || !errors.Is(err, context.Canceled) {
					t.Errorf("it ended after %s with %v", took, err)
				}
				<-time.After(time.Minute) // all logins have ended
				m.Total(t, c.sent)
			})
		})
	}
}

// A write that was sent before the cancel, and is refused after it, is not sent again.
func TestACancelledWriteIsNotSentAgainAfterA401(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		client := newClient(t, fakeEndpoint, withTransport(slowRenewal(time.Second, m)))
		ctx, cancel := context.WithCancel(t.Context())
		done := runInBackground(func() error { return client.WriteTag(ctx, image, ims.Tag{Key: "k"}) })
		<-time.After(2 * time.Second)
		cancel()
		<-time.After(time.Second)
		m.Answer(t, 401, "")
		begun := time.Now()
		err := <-done
		if took := time.Since(begun); took != 0 || !errors.Is(err, context.Canceled) {
			t.Errorf("it ended after %s with %v", took, err)
		}
		<-time.After(time.Minute)
		m.Total(t, 1)
	})
}

// Unlike a cancelled write, a write whose deadline has expired gets no more time.
func TestDeadlineEndsAWriteAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newClient(t, fakeEndpoint, withTransport(&faketransport.Manual{}))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		begun := time.Now()
		err := client.WriteTag(ctx, image, ims.Tag{Key: "k"})
		if took := time.Since(begun); took != 10*time.Second || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it ended after %s with %v", took, err)
		}
	})
}

// The error of a cancelled write also says why it got no response in the five seconds after the cancel.
func TestErrorOfACancelledWriteHasTheCauseToo(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		f := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) {
			cancel()
			return nil, io.ErrUnexpectedEOF
		}}
		err := newClient(t, fakeEndpoint, withTransport(f)).WriteTag(ctx, image, ims.Tag{Key: "k"})
		if !errors.Is(err, context.Canceled) || !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("the error is %v", err)
		}
	})
}
