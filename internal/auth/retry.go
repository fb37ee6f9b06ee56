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
)

// NewRetrying returns a transport for calls of IAM that retries temporary failures: no response, a server error (5xx), or
// throttling (429). It makes at most maxRetries retries, and never more than three. A rejected login is never retried,
// because that can lock the account. jitter returns the wait before a retry, given its upper limit.
func NewRetrying(next http.RoundTripper, maxRetries int, jitter func(limit time.Duration) time.Duration) http.RoundTripper {
	return &retryablehttp.RoundTripper{Client: &retryablehttp.Client{
		HTTPClient: &http.Client{Transport: next, CheckRedirect: noRedirect, Timeout: attemptTimeout},
		RetryMax:   min(maxRetries, maxIAMRetries),
		CheckRetry: isRetryable,
		Backoff: func(_, _ time.Duration, attempt int, _ *http.Response) time.Duration {
			return jitter(min(time.Second<<attempt, maxBackoff))
		},
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}}
}

// isRetryable reports whether a failure may be temporary.
func isRetryable(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if neterror.IsPermanent(err) || neterror.IsUnknownHost(err) {
		return false, err
	}
	return retryablehttp.DefaultRetryPolicy(ctx, resp, err)
}
