// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"context"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

const (
	maxIAMRetries  = 3                // maximum number of retries of a call of IAM
	attemptTimeout = 10 * time.Second // of one attempt
	maxBackoff     = 5 * time.Second  // maximum wait before a retry

	maxThrottledWait = 30 * time.Second // maximum wait before a retry, if IAM throttles
	patience         = 20 * time.Second // after which a call is retried only if IAM throttles
)

// NewRetrying returns a transport for calls of IAM that retries temporary failures: no response, a server error (5xx), or
// throttling (429). It makes at most maxRetries retries, and never more than three. If IAM throttles, they take up to a minute.
// A rejected login is never retried, because that can lock the account. jitter returns the wait before a retry, given its
// upper limit.
func NewRetrying(next http.RoundTripper, maxRetries int, jitter func(limit time.Duration) time.Duration) http.RoundTripper {
	login, _ := next.(*Renewing)
	return retrying{login, &retryablehttp.RoundTripper{Client: &retryablehttp.Client{
		HTTPClient: &http.Client{Transport: next, CheckRedirect: noRedirect, Timeout: attemptTimeout},
		RetryMax:   min(maxRetries, maxIAMRetries),
		CheckRetry: isRetryable,
		Backoff: func(_, _ time.Duration, attempt int, resp *http.Response) time.Duration {
			return backoff(attempt, resp, jitter)
		},
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}}}
}

// retrying is a transport that records when a call begins.
type retrying struct {
	login *Renewing // that the call needs; nil for none
	next  http.RoundTripper
}

type begunKey struct{}

// RoundTrip logs in before the time of the call begins: the login has retries of its own.
func (r retrying) RoundTrip(req *http.Request) (*http.Response, error) {
	if r.login != nil {
		if _, err := r.login.Grant(req.Context()); err != nil {
			closeBody(req)
			return nil, err
		}
	}
	return r.next.RoundTrip(req.WithContext(context.WithValue(req.Context(), begunKey{}, time.Now())))
}

// isRetryable reports whether a failure may be temporary.
func isRetryable(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if neterror.IsPermanent(err) || neterror.IsUnknownHost(err) {
		return false, err
	}
	begun, _ := ctx.Value(begunKey{}).(time.Time)
	if !isThrottled(resp) && time.Since(begun) > patience {
		return false, err
	}
	return retryablehttp.DefaultRetryPolicy(ctx, resp, err)
}

func isThrottled(resp *http.Response) bool {
	return resp != nil && resp.StatusCode == http.StatusTooManyRequests
}

// backoff returns the wait before a retry: at least what a Retry-After header asks for, as far as that is bearable.
func backoff(attempt int, resp *http.Response, jitter func(limit time.Duration) time.Duration) time.Duration {
	limit := min(time.Second<<attempt, maxBackoff)
	if isThrottled(resp) {
		limit = min(10*time.Second<<attempt, maxThrottledWait)
	}
	asked := retryablehttp.DefaultBackoff(0, 0, attempt, resp) // without the header, this is 0
	return max(jitter(limit), min(asked, maxThrottledWait))
}
