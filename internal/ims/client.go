// SPDX-License-Identifier: MPL-2.0

// Package ims is a client of the tag API of the Image Management Service (IMS) of Huawei Cloud and the other clouds that are
// built on it. Calls are retried and keep to the rate limit of the service, and errors are typed. Authentication is left to
// the [http.RoundTripper] of the [Config]. The package does not depend on Terraform.
package ims

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"strings"
	"time"
)

// DefaultMaxRetries is the number of retries of a call that a user gets by default. The waits before them take about a minute
// and a half in total. Without a response, each attempt takes up to attemptTimeout in addition, or up to awaitedTimeout as long as
// the service has never responded.
const DefaultMaxRetries = 10

// Config configures a [Client].
type Config struct {
	// Endpoint is the absolute http or https URL of the service, without the API version. Required.
	Endpoint string

	// Transport sends and authenticates the requests. Required.
	Transport http.RoundTripper

	// UserAgent is the User-Agent header of every request.
	UserAgent string

	// MaxRetries is the maximum number of retries of one call. Zero or less means no retries. Attempts that are throttled do
	// not count: they are repeated until the deadline of the context.
	MaxRetries int

	// Observe, if set, is called with each attempt after it has ended, in the goroutine of the call.
	Observe Observer

	// Throttled, if set, is called when the service begins to throttle. No call is sent for at least the given wait.
	Throttled func(ctx context.Context, wait time.Duration)

	// Credentials, if set, is shared with the other clients that use the same credentials. The default is that of a client
	// alone.
	Credentials *Credentials

	// Limiter, if set, is shared with other clients of the endpoint. The default is one of the client alone, without a
	// configured limit.
	Limiter *Limiter

	// Redact removes secrets from what the service says, which may repeat parts of a request. The default removes nothing.
	Redact func(string) string

	// Jitter returns a duration between zero and limit. The default is [UniformJitter].
	Jitter func(limit time.Duration) time.Duration

	// Now is the clock. The default is [time.Now].
	Now func() time.Time
}

// Client calls the service. Each endpoint has a method. It is safe for concurrent use.
type Client struct {
	endpoint   string
	transport  http.RoundTripper
	userAgent  string
	maxRetries int
	observe    Observer
	onThrottle func(context.Context, time.Duration)
	redact     func(string) string
	jitter     func(time.Duration) time.Duration
	now        func() time.Time
	access     *access
	limiter    *limiter
}

// NewClient returns a client of the service at cfg.Endpoint. It sends nothing.
func NewClient(cfg Config) (*Client, error) {
	endpoint, err := ParseEndpoint(cfg.Endpoint)
	if err != nil {
		return nil, err
	}
	if cfg.Transport == nil {
		return nil, errors.New("a transport is required")
	}
	if cfg.Jitter == nil {
		cfg.Jitter = UniformJitter
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Limiter == nil {
		cfg.Limiter = NewLimiter(cfg.Now, cfg.Jitter, 0, 0)
	}
	if cfg.Observe == nil {
		cfg.Observe = func(context.Context, Attempt) {}
	}
	if cfg.Throttled == nil {
		cfg.Throttled = func(context.Context, time.Duration) {}
	}
	if cfg.Redact == nil {
		cfg.Redact = func(s string) string { return s }
	}

	access := newAccess(cfg.MaxRetries)
	if cfg.Credentials != nil {
		access.credentials = cfg.Credentials
	}
	return &Client{
		endpoint:   strings.TrimRight(endpoint.String(), "/"),
		transport:  cfg.Transport,
		userAgent:  cfg.UserAgent,
		maxRetries: cfg.MaxRetries,
		observe:    cfg.Observe,
		onThrottle: cfg.Throttled,
		redact:     cfg.Redact,
		jitter:     cfg.Jitter,
		now:        cfg.Now,
		access:     access,
		limiter:    cfg.Limiter.limiter,
	}, nil
}

// Endpoint returns the URL of the service, without a slash at the end.
func (c *Client) Endpoint() string { return c.endpoint }

// ExplainWait adds [ErrWaitTooLong] to an error of a caller whose deadline expired, if the service throttles: that is why no
// call was sent in time.
func (c *Client) ExplainWait(err error) error { return c.limiter.explain(err) }

// UniformJitter returns a duration between zero and limit, uniformly distributed.
func UniformJitter(limit time.Duration) time.Duration {
	return rand.N(limit + 1) //nolint:gosec // guessing a wait is of no use to anybody
}
