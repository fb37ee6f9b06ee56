package ims

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
)

// request is a call of the API before it is sent.
type request struct {
	operation Operation
	method    string
	projectID string
	path      string                  // escaped
	body      any                     // encoded as JSON; nil for none
	success   int                     // the only status that means success
	decode    func(body []byte) error // reads the body of a success; an error means that it is none. May be nil
	failed    func(Error)             // is told what each attempt failed with. May be nil
	optional  bool                    // it can be done without: it is sent once, and its failure says nothing of other calls
}

// exchange carries one request through its attempts. It is used by one goroutine and thrown away.
type exchange struct {
	client   *Client
	request  request
	place    *place // in the queue for permits
	pass     *pass  // nil while it has none; kept between attempts whose outcome others wait for
	started  time.Time
	attempts int
	alone    bool          // its attempts are made alone, since the credentials were refused
	judged   int           // attempts that checkRetry has seen
	failures int           // attempts that failed for another reason than throttling
	result   result        // of the last attempt
	next     next          // what the gate says of it
	last     *Error        // what the last attempt failed with
	wait     time.Duration // before the next attempt
}

// ErrWaitTooLong says that the next attempt would come after the deadline of the context. If [Error.Attempts] is zero,
// it would have been the first one.
var ErrWaitTooLong = errors.New("the next attempt would start after the timeout of the operation")

var errAnswerTooLarge = errors.New("the response is larger than any response of this API can be")

// call sends r until it is answered for good. Every error is an [*Error].
func (c *Client) call(ctx context.Context, r request) error {
	x := &exchange{client: c, request: r, place: newPlace(r.optional), started: c.now()}
	defer x.leave()

	req, err := x.newRequest(ctx)
	if err != nil {
		return x.newError(err)
	}
	// A client an exchange: both are small, and the hooks of retryablehttp see the state of their own call.
	retrying := retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: x},
		RetryMax:     math.MaxInt, // checkRetry counts
		CheckRetry:   x.checkRetry,
		Backoff:      func(_, _ time.Duration, _ int, _ *http.Response) time.Duration { return x.wait },
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	resp, err := retrying.Do(req)
	if x.last != nil {
		return x.giveUp(ctx)
	}
	if err != nil {
		return x.newError(err)
	}
	return resp.Body.Close()
}

func (x *exchange) newRequest(ctx context.Context) (*retryablehttp.Request, error) {
	var body any // a nil []byte would be sent as an empty body
	if x.request.body != nil {
		encoded, err := json.Marshal(x.request.body)
		if err != nil {
			return nil, err
		}
		body = encoded
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, x.request.method, x.client.endpoint+x.request.path, body)
	if err != nil {
		return nil, err
	}

	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", x.client.userAgent)
	req.Header.Set("X-Project-Id", x.request.projectID)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}

// RoundTrip makes one attempt: it waits until the credentials may be used and the service takes calls, sends the request,
// and reads the whole answer, so that a connection that breaks in the middle of the body counts as a failed attempt. Of
// the answer it returns the status alone, the rest stands in x: net/http is not told where a redirect leads, because
// following it would carry the token to another host, and turn a POST into a GET.
func (x *exchange) RoundTrip(req *http.Request) (*http.Response, error) {
	allowed, err := x.admit(req.Context())
	if err != nil {
		return nil, x.client.limiter.explain(err)
	}
	x.result = x.attempt(req, x.limit(allowed))
	x.next = x.client.gate.settle(x.pass, x.verdict(x.result))
	x.alone = x.alone || x.next.alone
	if !x.next.keep {
		x.leave()
	}
	said, retryAfter := x.outcome(x.result)
	if wait, begun := x.client.limiter.release(allowed, said, retryAfter); begun {
		x.client.throttled(req.Context(), wait)
	}
	if allowed.probe && said == throttled {
		x.place = newPlace(x.request.optional) // at the end
	}
	if x.result.answer == nil {
		return nil, x.result.failure
	}
	return &http.Response{StatusCode: x.result.answer.status, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
}

// admit waits until an attempt may be made. A permit that comes when the pass is no longer valid is given back.
func (x *exchange) admit(ctx context.Context) (permit, error) {
	for {
		if x.pass == nil {
			pass, err := x.enter(ctx)
			if err != nil {
				return permit{}, err
			}
			x.pass = pass
		}
		allowed, err := x.client.limiter.acquire(ctx, x.place)
		if err != nil {
			return permit{}, err
		}
		valid := x.client.gate.isValid(x.pass)
		if valid && ctx.Err() == nil { // a write that begins after cancelling would be waited for
			return allowed, nil
		}
		x.client.limiter.release(allowed, unanswered, 0)
		if valid {
			return permit{}, ctx.Err()
		}
		x.leave()
	}
}

func (x *exchange) enter(ctx context.Context) (*pass, error) {
	if x.request.optional {
		return x.client.gate.tryEnter()
	}
	return x.client.gate.enter(ctx, x.alone)
}

// leave gives the pass back, if there is one.
func (x *exchange) leave() {
	if x.pass != nil {
		x.client.gate.leave(x.pass)
		x.pass = nil
	}
}

// checkRetry is called by retryablehttp after each attempt. It keeps what the attempt failed with, because that is
// lost when retryablehttp gives up during a wait.
func (x *exchange) checkRetry(ctx context.Context, _ *http.Response, err error) (bool, error) {
	if x.judged == x.attempts { // nothing was sent
		x.notSent(fault.WithoutURL(err))
		return false, nil
	}
	x.judged = x.attempts
	x.last = x.result.failure
	if x.last != nil && x.request.failed != nil {
		x.request.failed(*x.last)
	}
	if x.last == nil || ctx.Err() != nil || !x.worthRetrying() {
		return false, nil //nolint:nilerr // the error is kept in x.last
	}
	if isThrottled(x.last) {
		x.wait = 0 // the limiter waits, for all calls
		return true, nil
	}
	x.failures = max(x.failures+1, x.next.failures)
	if x.failures > x.client.maxRetries {
		return false, nil
	}

	x.wait = x.client.backoff(x.failures, x.result.answer)
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < x.wait {
		x.last.Err = errors.Join(x.last.Err, ErrWaitTooLong)
		return false, nil
	}
	return true, nil
}

// notSent takes why no attempt was made. If there were others before, the last answer still stands.
func (x *exchange) notSent(err error) {
	if x.last == nil {
		x.last = x.newError(err)
		return
	}
	var refused *RefusedError
	if x.next.alone && errors.As(err, &refused) {
		return // as this call was itself
	}
	x.last.Err = errors.Join(x.last.Err, err)
}

// worthRetrying reports whether another attempt can end differently, and is wanted.
func (x *exchange) worthRetrying() bool {
	return !x.request.optional && !x.next.over && (x.next.alone || x.last.retryable())
}

// giveUp returns the error of the last attempt, and adds that the context ended if that is why there is no further one.
func (x *exchange) giveUp(ctx context.Context) error {
	e := x.last
	e.Elapsed = x.client.now().Sub(x.started)
	if cause := ctx.Err(); cause != nil && !errors.Is(e.Err, cause) {
		e.Err = errors.Join(e.Err, cause)
	}
	return e
}

func (x *exchange) newError(cause error) *Error {
	return &Error{
		Operation: x.request.operation,
		Method:    x.request.method,
		Path:      x.request.path,
		Attempts:  x.attempts,
		Elapsed:   x.client.now().Sub(x.started),
		Err:       cause,
	}
}

func (x *exchange) newAnswerError(a *answer, cause error) *Error {
	e := x.newError(cause)
	e.describe(a, x.client.redact)
	return e
}
