// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"context"
	"math"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// call carries one request through its attempts. Each attempt goes through these steps, each in a file of its own:
//
//  1. access.go: wait until an attempt may be sent with these credentials.
//  2. limiter.go: wait for a permit, at the rate that the service accepts.
//  3. attempt.go: send the request, with a timeout.
//  4. response.go: read the response.
//  5. outcome.go: judge the response, for the caller, for [access] and for the [limiter].
//  6. retry.go: decide whether another attempt follows, and when.
//
// A call is used by one goroutine and thrown away.
type call struct {
	client  *Client
	request request
	started time.Time

	waiter    *waiter // its place in the queue of the limiter
	grant     *grant  // nil while it has none; kept between two attempts if other calls wait for the outcome of the second
	exclusive bool    // the service rejected the credentials of an attempt: all further attempts are exclusive

	attempts int      // attempts that were made
	outcome  outcome  // of the last attempt
	decision decision // of access, about the last attempt

	// The state of the retries.
	checked   int           // attempts that checkRetry has seen
	failures  int           // attempts that failed for another reason than throttling
	lastError *Error        // of the last attempt; nil if it succeeded
	mayBeDone bool          // an attempt may have been carried out
	wait      time.Duration // before the next attempt
}

// do makes a call: it sends attempts until one succeeds or fails for good. Every error is an [*Error].
func (c *Client) do(ctx context.Context, r request) error {
	call := &call{client: c, request: r, started: c.now()}
	call.joinQueue()
	defer call.releaseGrant()

	req, err := c.newHTTPRequest(ctx, r)
	if err != nil {
		return call.newError(err)
	}
	// Each call has a retryablehttp.Client of its own: both are small, and the hooks can see the state of their call.
	retrying := retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: call},
		RetryMax:     math.MaxInt, // checkRetry counts
		CheckRetry:   call.checkRetry,
		Backoff:      func(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return call.wait },
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	resp, err := retrying.Do(req)
	if call.lastError != nil {
		return call.finalError(ctx)
	}
	if err != nil {
		return call.newError(err)
	}
	return resp.Body.Close()
}

// RoundTrip makes one attempt. It reads the whole response, so that a connection that breaks in the middle of the body
// counts as a failed attempt. To net/http it returns only the status; everything else is in c.outcome. So net/http never
// learns where a redirect leads: following it would send the token to another host, and turn a POST into a GET.
func (c *call) RoundTrip(req *http.Request) (*http.Response, error) {
	issued, err := c.admit(req.Context())
	if err != nil {
		return nil, c.client.limiter.explain(err)
	}
	c.outcome = c.attempt(req, c.timeout(issued))
	c.reportToAccess()
	c.reportToLimiter(req.Context(), issued)
	if c.outcome.response == nil {
		return nil, c.outcome.err
	}
	return &http.Response{StatusCode: c.outcome.response.status, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
}

// admit waits until an attempt may be sent. If the grant is revoked while the call waits for its permit, or another client
// has the turn then, it returns the permit and starts again.
func (c *call) admit(ctx context.Context) (permit, error) {
	for {
		if err := c.acquireGrant(ctx); err != nil {
			return permit{}, err
		}
		issued, err := c.client.limiter.acquire(ctx, c.waiter)
		if err != nil {
			return permit{}, err
		}
		valid := c.client.access.confirm(c.grant)
		if valid && ctx.Err() == nil { // a write that is sent after the cancellation would hold up the end of the process
			return issued, nil
		}
		c.client.limiter.release(issued, inconclusive, 0)
		if valid {
			return permit{}, ctx.Err()
		}
		c.releaseGrant()
	}
}

// acquireGrant completes the grant that the call has kept, or acquires one.
func (c *call) acquireGrant(ctx context.Context) error {
	if c.grant != nil {
		valid, err := c.client.access.complete(ctx, c.grant)
		if valid || err != nil {
			return err
		}
		c.releaseGrant()
	}
	var err error
	if c.request.optional {
		c.grant, err = c.client.access.tryAcquire()
	} else {
		c.grant, err = c.client.access.acquire(ctx, c.exclusive)
	}
	return err
}

// releaseGrant returns the grant, if the call has one.
func (c *call) releaseGrant() {
	if c.grant != nil {
		c.client.access.release(c.grant)
		c.grant = nil
	}
}

func (c *call) reportToAccess() {
	c.decision = c.client.access.report(c.grant, c.evidence())
	c.exclusive = c.exclusive || c.decision.retryExclusively
	if !c.decision.keepGrant {
		c.releaseGrant()
	}
}

func (c *call) reportToLimiter(ctx context.Context, p permit) {
	f := c.feedback()
	wait, begun := c.client.limiter.release(p, f, c.outcome.retryAfter)
	if begun {
		c.client.onThrottle(ctx, wait)
	}
	if p.probe && f == throttled {
		c.joinQueue()
	}
}

// joinQueue gives the call a place at the end of the queue of the limiter. While it waits there, it needs no turn.
func (c *call) joinQueue() {
	c.waiter = newWaiter(c.request.optional || c.request.single)
	c.waiter.onSleep = func() { c.client.access.yieldTurn(c.grant) }
}
