package ims

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
)

const (
	firstWait     = time.Second      // the longest wait before the second attempt; it doubles from there
	longestWait   = 30 * time.Second // the longest wait there is without a Retry-After
	maxRetryAfter = 5 * time.Minute  // the window of the service's throttling: no answer can know more
)

// backoff returns the wait after the given number of failed attempts: exponential with full jitter, or what the answer
// asks for in Retry-After if that is longer, and a little jitter so that not everybody comes back at once.
func (c *Client) backoff(attempts int, a *answer) time.Duration {
	limit := longestWait
	if doublings := attempts - 1; doublings < 5 {
		limit = min(firstWait<<doublings, longestWait)
	}
	own := c.jitter(limit)
	if a == nil {
		return own
	}
	if asked := retryAfter(a.header, c.now()); asked > 0 {
		return max(own, asked+c.jitter(firstWait))
	}
	return own
}

// retryAfter reads the Retry-After header, in seconds or as a date: none if it asks for no wait, and no more than a cap.
func retryAfter(header http.Header, now time.Time) time.Duration {
	text := header.Get("Retry-After")
	seconds, err := strconv.Atoi(text)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		longest := int(maxRetryAfter / time.Second)
		return time.Duration(max(0, min(seconds, longest))) * time.Second
	}
	date, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	return max(0, min(date.Sub(now), maxRetryAfter))
}

// retryable reports whether sending the same call again can end differently. All calls of this package end in the
// same place when they are carried out twice.
func (e *Error) retryable() bool {
	if e.StatusCode == 0 {
		return !isPermanent(e.Err)
	}
	return isThrottled(e) || isPassing(e.StatusCode)
}

func isThrottled(e *Error) bool {
	return e.StatusCode == http.StatusTooManyRequests || e.StatusCode == http.StatusBadRequest && e.Code == codeThrottled
}

func isPassing(status int) bool {
	switch status {
	case http.StatusConflict, http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable,
		http.StatusGatewayTimeout:
		return true
	}
	return false
}

// isPermanent reports whether a call that got no answer will not get one later either.
func isPermanent(err error) bool {
	var refused *RefusedError
	var unreachable *UnreachableError
	return fault.IsPermanent(err) || errors.As(err, &refused) || errors.As(err, &unreachable) ||
		errors.Is(err, ErrWaitTooLong) || errors.Is(err, errAnswerTooLarge)
}
