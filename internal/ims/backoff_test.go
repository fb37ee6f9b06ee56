// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/faketransport"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

// maxBackoffs are the upper limits of the waits between the attempts of a call.
var maxBackoffs = []time.Duration{
	1 * time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second,
	30 * time.Second, 30 * time.Second, 30 * time.Second, 30 * time.Second, 30 * time.Second,
}

// unavailable answers every request with a 503.
func unavailable(int, *http.Request) (*http.Response, error) {
	return faketransport.Response(503, ""), nil
}

func TestBackoffDoublesUpToALimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faketransport.Scripted{Answer: unavailable}
		c := newClient(t, fakeEndpoint, withTransport(f), withMaxJitter, withMaxRetries(ims.DefaultMaxRetries))
		if err := c.WriteTag(t.Context(), image, ims.Tag{Key: "k"}); err == nil {
			t.Fatal("it succeeded")
		}
		if !slices.Equal(f.Waits(), maxBackoffs) {
			t.Errorf("the waits are %v, want %v", f.Waits(), maxBackoffs)
		}
	})
}

func TestBackoffIsRandomByDefault(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faketransport.Scripted{Answer: unavailable}
		c := newClient(t, fakeEndpoint, withTransport(f), withMaxRetries(len(maxBackoffs)), func(c *ims.Config) { c.Jitter = nil })
		if err := c.WriteTag(t.Context(), image, ims.Tag{Key: "k"}); err == nil {
			t.Fatal("it succeeded")
		}
		var waited, limit time.Duration
		for i, wait := range f.Waits() {
			if wait < 0 || wait > maxBackoffs[i] {
				t.Errorf("wait %d is %s, want 0 to %s", i, wait, maxBackoffs[i])
			}
			waited += wait
			limit += maxBackoffs[i]
		}
		if waited == 0 || waited == limit {
			t.Errorf("the waits are not random: %v", f.Waits())
		}
	})
}

func TestRetryAfterZeroDoesNotShortenTheBackoff(t *testing.T) {
	t.Parallel()
	past := time.Unix(0, 0).UTC().Format(http.TimeFormat)
	for _, header := range []string{"0", past} {
		synctest.Test(t, func(t *testing.T) {
			f := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) {
				return faketransport.Response(503, "", "Retry-After", header), nil
			}}
			c := newClient(t, fakeEndpoint, withTransport(f), withMaxJitter, withMaxRetries(ims.DefaultMaxRetries))
			if err := c.WriteTag(t.Context(), image, ims.Tag{Key: "k"}); err == nil {
				t.Fatal("it succeeded")
			}
			if !slices.Equal(f.Waits(), maxBackoffs) {
				t.Errorf("with %q the waits are %v, want %v", header, f.Waits(), maxBackoffs)
			}
		})
	}
}

// The Retry-After of a 503 is over when the next attempt is throttled. From then on, only the limiter waits.
func TestThrottledAttemptAfterAServerErrorWaitsOnlyForTheLimiter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faketransport.Scripted{Answer: func(number int, _ *http.Request) (*http.Response, error) {
			switch number {
			case 1:
				return faketransport.Response(503, "", "Retry-After", "60"), nil
			case 2:
				return faketransport.Response(429, gatewayError), nil
			}
			return faketransport.Response(204, ""), nil
		}}
		if err := newClient(t, fakeEndpoint, withTransport(f), withMaxJitter).WriteTag(t.Context(), image, ims.Tag{Key: "k"}); err != nil {
			t.Fatal(err)
		}
		if want := []time.Duration{61 * time.Second, time.Second}; !slices.Equal(f.Waits(), want) {
			t.Errorf("the waits are %v, want %v", f.Waits(), want)
		}
	})
}

// A timeout of the transport does not look like the deadline of the operation.
func TestTimeoutOfTheTransport(t *testing.T) {
	t.Parallel()
	cause := &net.OpError{Op: "proxyconnect", Err: context.DeadlineExceeded}
	f := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) { return nil, cause }}
	err := newClient(t, fakeEndpoint, withTransport(f)).WriteTag(t.Context(), image, ims.Tag{Key: "k"})
	if e := asError(t, err); errors.Is(err, context.DeadlineExceeded) || !neterror.IsProxy(err) || e.Attempts != 4 {
		t.Errorf("the error is %v", err)
	}
}

func TestCancelEndsAWaitAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) {
			return faketransport.Response(429, `{"error_code":"APIGW.0308","error_msg":"slow","request_id":"r"}`, "Retry-After", "60"), nil
		}}
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(10*time.Second, cancel)
		began := time.Now()

		err := newClient(t, fakeEndpoint, withTransport(f)).WriteTag(ctx, image, ims.Tag{Key: "k"})
		if waited := time.Since(began); waited != 10*time.Second || f.Sent() != 1 {
			t.Errorf("it ended after %s and %d requests", waited, f.Sent())
		}
		e := asError(t, err)
		if !errors.Is(err, context.Canceled) || e.StatusCode != http.StatusTooManyRequests || e.Code != "APIGW.0308" || e.RequestID != "r" {
			t.Errorf("the error is %+v, want the last response and context.Canceled", e)
		}
		if e.Elapsed != 10*time.Second {
			t.Errorf("Elapsed is %s", e.Elapsed)
		}
	})
}

func TestNoWaitIsStartedThatEndsAfterTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := &faketransport.Scripted{Answer: func(int, *http.Request) (*http.Response, error) {
			return faketransport.Response(503, `{"code":"IMG.0001","message":"busy"}`, "Retry-After", "60"), nil
		}}
		ctx, cancel := context.WithTimeout(t.Context(), 59*time.Second)
		defer cancel()
		began := time.Now()

		err := newClient(t, fakeEndpoint, withTransport(f)).WriteTag(ctx, image, ims.Tag{Key: "k"})
		if waited := time.Since(began); waited != 0 || f.Sent() != 1 {
			t.Errorf("it ended after %s and %d requests", waited, f.Sent())
		}
		want := ": HTTP 503 Service Unavailable IMG.0001: busy: the next attempt would start after the timeout of the operation"
		if got := err.Error(); !strings.HasSuffix(got, want) {
			t.Errorf("the error is %q, want %q", got, want)
		}
	})
}

func TestDeadlineEndsAnUnansweredRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		began := time.Now()

		err := newClient(t, fakeEndpoint, withTransport(m)).WriteTag(ctx, image, ims.Tag{Key: "k"})
		if waited := time.Since(began); waited != 5*time.Second {
			t.Errorf("it ended after %s", waited)
		}
		if !errors.Is(err, context.DeadlineExceeded) || asError(t, err).Err.Error() != "context deadline exceeded" {
			t.Errorf("the error is %v", err)
		}
		m.Total(t, 1)
	})
}

// An attempt has a timeout of a minute, or of 15 seconds if other calls wait for it, as for the first one. Such a
// timeout does not look like the deadline of the operation.
func TestUnansweredAttemptIsRetried(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &faketransport.Manual{}
		c := newClient(t, fakeEndpoint, withTransport(m))
		for _, limit := range []time.Duration{15 * time.Second, time.Minute} {
			done := runInBackground(func() error { return c.WriteTag(t.Context(), image, ims.Tag{Key: "k"}) })
			first := m.Open(t, 1)[0]
			<-time.After(limit - time.Nanosecond)
			if m.Open(t, 1)[0] != first {
				t.Errorf("it was retried before %s", limit)
			}
			<-time.After(time.Nanosecond)
			if m.Open(t, 1)[0] == first {
				t.Errorf("it was not retried after %s", limit)
			}
			m.Answer(t, 204, "")
			expectSuccess(t, done)
		}
		m.Total(t, 4)

		err := newClient(t, fakeEndpoint, withTransport(m), withMaxRetries(0)).WriteTag(t.Context(), image, ims.Tag{Key: "k"})
		if err == nil || errors.Is(err, context.DeadlineExceeded) || !strings.HasSuffix(err.Error(), ": no response within 15s") {
			t.Errorf("the error is %v", err)
		}
	})
}

// loggingIn is a transport whose login does not end.
type loggingIn struct{}

func (loggingIn) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, fmt.Errorf("%w: %w", neterror.ErrLoggingIn, r.Context().Err())
}

// An attempt that waited for a login says so: the image service is not to blame.
func TestAttemptThatTimesOutDuringALogin(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		err := newClient(t, fakeEndpoint, withTransport(loggingIn{}), withMaxRetries(0)).WriteTag(t.Context(), image, ims.Tag{Key: "k"})
		if !errors.Is(err, neterror.ErrLoggingIn) || errors.Is(err, context.DeadlineExceeded) ||
			!strings.HasSuffix(err.Error(), ": the login had not ended after 15s") {
			t.Errorf("the error is %v", err)
		}
	})
}

func TestCallWithACancelledContextSendsNothing(t *testing.T) {
	t.Parallel()
	s := serve(t, respond(204, ""))
	c := newClient(t, s.URL)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.WriteTag(ctx, image, ims.Tag{Key: "k"}); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	if n := len(s.requests()); n != 0 {
		t.Errorf("%d requests were sent", n)
	}
}
