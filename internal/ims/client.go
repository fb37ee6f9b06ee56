// Package ims is a client of the tag API of the Image Management Service (IMS) of Huawei Cloud and the clouds of its
// family. It knows nothing of Terraform: it takes a context, gives typed errors, and leaves authentication to the
// [http.RoundTripper] it is given.
package ims

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// DefaultMaxRetries is how often a call is sent again when nothing else is said. With the waits of this package that
// outlasts about a minute and a half of a service that does not answer.
const DefaultMaxRetries = 10

// Config is what a [Client] is made of.
type Config struct {
	// Endpoint is the absolute http or https URL of the service, without the API version. Required.
	Endpoint string

	// Transport sends the requests and authenticates them: the transport of package auth. Required.
	Transport http.RoundTripper

	// UserAgent is sent with every request.
	UserAgent string

	// MaxRetries is how often one call is sent again at the most after a failure other than throttling, which only the
	// context's deadline ends. Zero means that nothing is sent again.
	MaxRetries int

	// Observe is told of every attempt once it has ended, if set. It runs in the calling goroutine.
	Observe Observer

	// Throttled is told when the service begins to throttle, and how long all calls wait at the least, if set.
	Throttled func(ctx context.Context, wait time.Duration)

	// RequestsPerSecond is how many calls are made in a second at the most. Zero sets no limit.
	RequestsPerSecond float64

	// ConcurrentRequests is how many calls are on their way at the most. Zero sets no limit.
	ConcurrentRequests int

	// Redact hides the secrets in what the service says, which may repeat what it was sent. The default hides nothing.
	Redact func(string) string

	// Jitter picks a duration between zero and limit. The default is [UniformJitter].
	Jitter func(limit time.Duration) time.Duration

	// Now is the clock. The default is [time.Now].
	Now func() time.Time
}

// Client calls the service, a method an endpoint. It is safe for concurrent use.
type Client struct {
	endpoint   string
	transport  http.RoundTripper
	userAgent  string
	maxRetries int
	observe    Observer
	redact     func(string) string
	jitter     func(time.Duration) time.Duration
	now        func() time.Time
	gate       *gate
	limiter    *limiter
	throttled  func(context.Context, time.Duration)
}

// NewClient returns a client of the service at cfg.Endpoint. It makes no call.
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
	if cfg.Observe == nil {
		cfg.Observe = func(context.Context, Attempt) {}
	}
	if cfg.Throttled == nil {
		cfg.Throttled = func(context.Context, time.Duration) {}
	}
	if cfg.Redact == nil {
		cfg.Redact = func(s string) string { return s }
	}

	return &Client{
		endpoint:   strings.TrimRight(endpoint.String(), "/"),
		transport:  cfg.Transport,
		userAgent:  cfg.UserAgent,
		maxRetries: cfg.MaxRetries,
		observe:    cfg.Observe,
		redact:     cfg.Redact,
		jitter:     cfg.Jitter,
		now:        cfg.Now,
		gate:       newGate(cfg.MaxRetries),
		limiter:    newLimiter(cfg.Now, cfg.Jitter, cfg.RequestsPerSecond, cfg.ConcurrentRequests),
		throttled:  cfg.Throttled,
	}, nil
}

// Endpoint is the URL of the service, without a slash at the end.
func (c *Client) Endpoint() string { return c.endpoint }

// ExplainWait adds to the error of a wait for this client why no call was made in time, if the service throttles.
func (c *Client) ExplainWait(err error) error { return c.limiter.explain(err) }

// UniformJitter picks a duration between zero and limit, all with the same chance.
func UniformJitter(limit time.Duration) time.Duration {
	return rand.N(limit + 1) //nolint:gosec // nobody gains by guessing a wait
}

// ParseEndpoint reads the URL of a service. It refuses what is no absolute http or https URL, and what could carry a
// secret or change a request: user information, a query, a fragment.
func ParseEndpoint(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		// The error of url.Parse repeats the URL, and with it a password.
		return nil, errors.New("it cannot be read as a URL")
	}
	if strings.Contains(s, "@") { // u.User is not set when the scheme or a slash is missing
		return nil, errors.New("it contains a user name or a password: credentials belong in settings of their own")
	}
	if u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return nil, errors.New("it has a query or a fragment: only scheme, host, port and a path prefix can be given")
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("%q is not an absolute http or https URL such as https://ims.eu-de.otc.t-systems.com", s)
	}
	return u, nil
}
