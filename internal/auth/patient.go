package auth

import (
	"context"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
)

const (
	maxPatience    = 3                // how often a call of IAM is sent again at the most
	attemptTimeout = 10 * time.Second // of such a call
	longestWait    = 5 * time.Second  // between two of them
)

// NewPatient returns a transport for calls of IAM, which sends again what failed for the moment: what was not answered,
// a fault of the server, throttling. A refused login is never sent again, because that can lock the account. Of a wait,
// jitter says how much is waited.
func NewPatient(next http.RoundTripper, maxRetries int, jitter func(limit time.Duration) time.Duration) http.RoundTripper {
	return &retryablehttp.RoundTripper{Client: &retryablehttp.Client{
		HTTPClient: &http.Client{Transport: next, CheckRedirect: refuseRedirect, Timeout: attemptTimeout},
		RetryMax:   min(maxRetries, maxPatience),
		CheckRetry: passes,
		Backoff: func(_, _ time.Duration, attempt int, _ *http.Response) time.Duration {
			return jitter(min(time.Second<<attempt, longestWait))
		},
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}}
}

// passes reports whether a failure may be one of the moment.
func passes(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if fault.IsPermanent(err) || fault.IsUnknownHost(err) {
		return false, err
	}
	return retryablehttp.DefaultRetryPolicy(ctx, resp, err)
}
