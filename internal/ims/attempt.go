// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/apierror"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

const (
	attemptTimeout  = time.Minute
	awaitedTimeout  = 15 * time.Second // of an attempt whose outcome other calls wait for
	optionalTimeout = 10 * time.Second // of an attempt of an optional call
	cancelGrace     = 5 * time.Second  // in which a write that was sent may be answered after the caller cancels
)

// Attempt describes one HTTP request of a call and its outcome, for logs. It has no header and no body, so no secret.
type Attempt struct {
	Operation  Operation
	Method     string
	Path       string // as sent, without the endpoint
	Number     int    // 1 for the first attempt of a call
	StatusCode int    // HTTP status; 0 without a response
	RequestID  string // of the X-Request-Id header; may be empty
	Duration   time.Duration
	Err        error // why there is no response
}

// Observer is called with each attempt after it has ended. The context is that of the call.
type Observer func(ctx context.Context, attempt Attempt)

// attemptTimeoutError says that an attempt got no response in time. It is not a [context.DeadlineExceeded], which would say
// that the operation has timed out.
type attemptTimeoutError struct {
	timeout time.Duration
	cause   error // [neterror.ErrLoggingIn], or nil
}

func newAttemptTimeoutError(timeout time.Duration, err error) *attemptTimeoutError {
	if errors.Is(err, neterror.ErrLoggingIn) {
		return &attemptTimeoutError{timeout, neterror.ErrLoggingIn}
	}
	return &attemptTimeoutError{timeout, nil}
}

func (e *attemptTimeoutError) Error() string {
	if e.cause != nil {
		return fmt.Sprintf("%s after %s", e.cause, e.timeout)
	}
	return fmt.Sprintf("no response within %s", e.timeout)
}

func (e *attemptTimeoutError) Unwrap() error { return e.cause }

// transportTimeoutError wraps a timeout of the transport itself, such as a timeout to connect. It hides only that its cause
// is a [context.DeadlineExceeded].
type transportTimeoutError struct{ cause error }

func (e *transportTimeoutError) Error() string { return e.cause.Error() }

func (e *transportTimeoutError) As(target any) bool { return errors.As(e.cause, target) }

// attempt makes one attempt and tells the observer.
func (c *call) attempt(req *http.Request, timeout time.Duration) outcome {
	c.attempts++
	started := c.client.now()
	resp, err := c.send(req, timeout)
	took := c.client.now().Sub(started)

	observed := Attempt{
		Operation: c.request.operation, Method: c.request.method, Path: c.request.path,
		Number: c.attempts, Duration: took, Err: err,
	}
	if err == nil {
		observed.StatusCode, observed.RequestID = resp.status, resp.header.Get(apierror.RequestIDHeader)
	}
	c.client.observe(req.Context(), observed)
	return c.newOutcome(req.Context(), resp, err)
}

// timeout returns how long an attempt waits for its response.
func (c *call) timeout(p permit) time.Duration {
	switch {
	case c.request.optional, c.request.single:
		return optionalTimeout
	case c.grant.place || p.probe:
		return awaitedTimeout
	}
	return attemptTimeout
}

// send sends the request and reads the response. Its error says whose time is over: that of the call, of the attempt, or of
// the transport.
func (c *call) send(req *http.Request, timeout time.Duration) (*response, error) {
	ctx, cancel := attemptContext(req.Context(), timeout, c.request.operation.isWrite())
	defer cancel()

	resp, err := c.roundTrip(req.WithContext(ctx))
	if err == nil {
		return resp, nil
	}
	if callErr := req.Context().Err(); callErr != nil && ctx.Err() != nil {
		return nil, callErr
	}
	if ctx.Err() != nil {
		return nil, newAttemptTimeoutError(timeout, err)
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, &transportTimeoutError{err}
	}
	return nil, err
}

func (c *call) roundTrip(req *http.Request) (*response, error) {
	resp, err := c.client.transport.RoundTrip(req) //nolint:bodyclose // readResponse closes it
	if err != nil {
		return nil, neterror.WithoutURL(err)
	}
	c.client.access.setReached()
	return readResponse(resp, c.request.successStatus)
}

// attemptContext returns the context of one attempt. When the caller cancels, a write that was sent is given a few more
// seconds: without the response nobody knows whether it was carried out. One that still waits for a login or a connection
// ends at once.
func attemptContext(call context.Context, timeout time.Duration, write bool) (context.Context, context.CancelFunc) {
	if !write {
		return context.WithTimeout(call, timeout)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(call), timeout)
	var sent atomic.Bool
	trace := &httptrace.ClientTrace{
		GetConn: func(string) { // also before it is sent again, because the connection was closed or the token had expired
			sent.Store(false)
			if call.Err() != nil {
				cancel()
			}
		},
		GotConn: func(httptrace.GotConnInfo) { sent.Store(true) },
	}
	stop := context.AfterFunc(call, func() {
		if timedOut := !errors.Is(call.Err(), context.Canceled); timedOut || !sent.Load() {
			cancel()
			return
		}
		timer := time.NewTimer(cancelGrace)
		defer timer.Stop()
		select {
		case <-timer.C:
			cancel()
		case <-ctx.Done():
		}
	})
	return httptrace.WithClientTrace(ctx, trace), func() {
		stop()
		cancel()
	}
}
