// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

const (
	firstBackoff = time.Second      // the upper limit of the wait before the first retry; it doubles with each retry
	maxBackoff   = 30 * time.Second // the upper limit of any wait that the response does not ask for
)

// ErrWaitTooLong says that the next attempt would have to wait until after the deadline of the context. If
// [Error.Attempts] is 0, no attempt was made.
var ErrWaitTooLong = errors.New("the next attempt would start after the timeout of the operation")

// checkRetry decides whether another attempt follows. retryablehttp calls it after each attempt. The error of the attempt
// is kept in c.lastError, because retryablehttp loses it when the context ends during a wait.
func (c *call) checkRetry(ctx context.Context, _ *http.Response, err error) (bool, error) {
	if c.checked == c.attempts {
		c.recordNotSent(neterror.WithoutURL(err))
		return false, nil
	}
	c.checked = c.attempts
	c.lastError = c.outcome.err
	if c.lastError == nil {
		return false, nil
	}
	c.mayBeDone = c.mayBeDone || !c.lastError.isRejection()
	if c.request.onFailure != nil {
		c.request.onFailure(*c.lastError)
	}
	if ctx.Err() != nil || !c.mayRetry() {
		return false, nil //nolint:nilerr // the error is kept in c.lastError
	}
	if c.lastError.isThrottled() {
		c.wait = 0 // the limiter makes all calls wait
		return true, nil
	}
	return c.scheduleRetry(ctx), nil
}

// scheduleRetry sets the wait before the next attempt. It returns false if no retries are left, or if there is no time for
// one.
func (c *call) scheduleRetry(ctx context.Context) bool {
	c.failures = max(c.failures+1, c.decision.unanswered)
	if c.failures > c.client.maxRetries {
		return false
	}
	c.wait = c.client.backoff(c.failures, c.outcome.retryAfter)
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < c.wait {
		c.lastError.Err = errors.Join(c.lastError.Err, ErrWaitTooLong)
		return false
	}
	return true
}

// mayRetry reports whether another attempt is allowed and could end differently.
func (c *call) mayRetry() bool {
	if c.request.optional || c.request.single || c.decision.stop {
		return false
	}
	return c.decision.retryExclusively || c.lastError.isRetryable()
}

// recordNotSent records why an attempt was not sent. If there was an attempt before, its error stands, and the reason is
// added to it.
func (c *call) recordNotSent(reason error) {
	if c.lastError == nil {
		c.lastError = c.newError(reason)
		return
	}
	var refused *RefusedError
	if c.decision.retryExclusively && errors.As(reason, &refused) {
		return // the error of this call says the same
	}
	c.lastError.Err = errors.Join(c.lastError.Err, reason)
}

// finalError returns the error of the last attempt. If the call ended because its context did, it says so.
func (c *call) finalError(ctx context.Context) error {
	e := c.lastError
	e.Elapsed, e.mayBeDone = c.client.now().Sub(c.started), c.mayBeDone
	if cause := ctx.Err(); cause != nil && !errors.Is(e.Err, cause) {
		e.Err = errors.Join(e.Err, cause)
	}
	return e
}

// backoff returns the wait after so many failed attempts: exponential with full jitter. If the response asked for a longer
// wait, that is used, with a little jitter so that not all clients come back at the same time.
func (c *Client) backoff(failures int, retryAfter time.Duration) time.Duration {
	limit := maxBackoff
	if doublings := failures - 1; doublings < 5 {
		limit = min(firstBackoff<<doublings, maxBackoff)
	}
	wait := c.jitter(limit)
	if retryAfter > 0 {
		return max(wait, retryAfter+c.jitter(firstBackoff))
	}
	return wait
}

// isRetryable reports whether the same call can succeed if it is sent again. That is always safe: all calls of this package
// are idempotent.
func (e *Error) isRetryable() bool {
	if e.StatusCode == 0 {
		return !isPermanent(e.Err)
	}
	return e.isThrottled() || isTransientStatus(e.StatusCode)
}

// isThrottled reports whether the service or its gateway limited the rate of calls.
func (e *Error) isThrottled() bool {
	return e.StatusCode == http.StatusTooManyRequests || e.StatusCode == http.StatusBadRequest && e.Code == codeThrottled
}

func isTransientStatus(status int) bool {
	switch status {
	case http.StatusConflict, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable,
		http.StatusGatewayTimeout:
		return true
	}
	return false
}

// isPermanent reports whether a call that got no response would not get one later either.
func isPermanent(err error) bool {
	var refused *RefusedError
	var unreachable *UnreachableError
	return neterror.IsPermanent(err) || errors.As(err, &refused) || errors.As(err, &unreachable) ||
		errors.Is(err, ErrWaitTooLong) || errors.Is(err, errResponseTooLarge)
}
