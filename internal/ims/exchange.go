package ims

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
)

// Attempt is one request of a call and what came of it, for logs. It holds no header and no body, so no secret.
type Attempt struct {
	Operation  Operation
	Method     string
	Path       string
	Number     int // 1 for the first
	StatusCode int // 0 without an answer
	RequestID  string
	Duration   time.Duration
	Err        error // why there is no answer
}

// Observer is told of an attempt. The context is that of the call.
type Observer func(ctx context.Context, attempt Attempt)

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
	optional  bool                    // it can be done without: it is sent once, and its failure says nothing of the credentials
}

// answer is a response that was read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// exchange carries one request through its attempts. It is used by one goroutine and thrown away.
type exchange struct {
	client   *Client
	request  request
	place    *place
	started  time.Time
	attempts int
	judged   int           // attempts that checkRetry has seen
	failures int           // attempts that failed for another reason than throttling
	last     *Error        // what the last attempt failed with
	wait     time.Duration // before the next attempt
}

// ErrWaitTooLong says that the next attempt would come after the deadline of the context. If [Error.Attempts] is zero,
// it would have been the first one.
var ErrWaitTooLong = errors.New("the next attempt would come after the operation's timeout")

var (
	errAnswerTooLarge = errors.New("the answer is larger than any answer of this API can be")
	errAttemptTimeout = fmt.Errorf("no answer within %s", attemptTimeout)
)

// call sends r until it is answered for good. Every error is an [*Error].
func (c *Client) call(ctx context.Context, r request) error {
	x := &exchange{client: c, request: r, place: newPlace(r.optional), started: c.now()}

	req, err := x.newRequest(ctx)
	if err != nil {
		return x.newError(err)
	}
	// A client an exchange: both are small, and the hooks of retryablehttp see the state of their own call.
	retrying := retryablehttp.Client{
		HTTPClient:   &http.Client{Transport: x, CheckRedirect: refuseRedirect},
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

// refuseRedirect hands a 3xx to the caller instead of following it: Go would send the token to another host, and turn
// a POST into a GET.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// RoundTrip makes one attempt: it waits until the credentials may be used and the service takes calls, sends the request,
// and reads the whole answer, so that a connection that breaks in the middle of the body counts as a failed attempt.
func (x *exchange) RoundTrip(req *http.Request) (*http.Response, error) {
	leave, err := x.client.gate.enter(req.Context())
	if err != nil {
		return nil, x.client.limiter.explain(err)
	}
	defer leave()
	allowed, err := x.client.limiter.acquire(req.Context(), x.place)
	if err != nil {
		return nil, x.client.limiter.explain(err)
	}
	resp, err := x.attempt(req)
	said, retryAfter := x.outcome(resp)
	if wait, begun := x.client.limiter.release(allowed, said, retryAfter); begun {
		x.client.throttled(req.Context(), wait)
	}
	return resp, err
}

// attempt makes one attempt, unless the wait for it has changed that it may be made.
func (x *exchange) attempt(req *http.Request) (*http.Response, error) {
	if err := x.client.gate.refused(); err != nil {
		return nil, err
	}
	if err := req.Context().Err(); err != nil {
		return nil, err // a write that begins now would be waited for
	}

	x.attempts++
	begun := x.client.now()
	resp, err := x.send(req)
	x.client.gate.settle(x.verdict(resp))

	attempt := Attempt{
		Operation: x.request.operation, Method: x.request.method, Path: x.request.path,
		Number: x.attempts, Duration: x.client.now().Sub(begun), Err: err,
	}
	if err == nil {
		attempt.StatusCode = resp.StatusCode
		attempt.RequestID = resp.Header.Get(fault.RequestIDHeader)
	}
	x.client.observe(req.Context(), attempt)
	return resp, err
}

func (x *exchange) send(req *http.Request) (*http.Response, error) {
	ctx, cancel := x.attemptContext(req.Context())
	defer cancel()

	resp, err := x.receive(req.WithContext(ctx))
	if err == nil || ctx.Err() == nil {
		return resp, err
	}
	if call := req.Context().Err(); call != nil {
		return nil, call
	}
	return nil, errAttemptTimeout // the error of the context would read as if the operation had timed out
}

// attemptContext is the context of one attempt. A write that is on its way when somebody cancels is given a few seconds
// to be answered: without the answer nobody knows whether it was carried out.
func (x *exchange) attemptContext(call context.Context) (context.Context, context.CancelFunc) {
	if !x.request.operation.isWrite() {
		return context.WithTimeout(call, attemptTimeout)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(call), attemptTimeout)
	stop := context.AfterFunc(call, func() {
		if !errors.Is(call.Err(), context.Canceled) {
			cancel() // the operation's time is over
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
	return ctx, func() {
		stop()
		cancel()
	}
}

// receive reads an answer into memory.
func (x *exchange) receive(req *http.Request) (*http.Response, error) {
	resp, err := x.client.transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswerBytes+1))
	_ = resp.Body.Close() // all that is wanted of it is read
	if err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	if len(body) > maxAnswerBytes {
		return nil, errAnswerTooLarge
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	if _, err := resp.Location(); err != nil {
		resp.Header.Del("Location") // one that it cannot read net/http would make an error of, and repeat it there
	}
	return resp, nil
}

// verdict is what an answer tells the gate about the credentials.
func (x *exchange) verdict(resp *http.Response) verdict {
	switch {
	case resp == nil:
		return verdict{}
	case resp.StatusCode < http.StatusMultipleChoices:
		return verdict{accepted: true}
	case x.request.optional:
		return verdict{}
	case resp.StatusCode == http.StatusUnauthorized:
		return verdict{refusal: x.newAnswerError(peek(resp))}
	}
	// The service itself answers only who has passed the gateway. A page or a redirect may come from anywhere.
	return verdict{accepted: x.newAnswerError(peek(resp)).isOfService()}
}

// outcome is what an answer tells the limiter.
func (x *exchange) outcome(resp *http.Response) (outcome, time.Duration) {
	if resp == nil || resp.StatusCode >= http.StatusInternalServerError {
		return unanswered, 0
	}
	if resp.StatusCode < http.StatusMultipleChoices || !isThrottled(x.newAnswerError(peek(resp))) {
		return taken, 0
	}
	if x.request.optional {
		return unanswered, 0 // a limit of its own, or else the other calls will find it too
	}
	return throttled, retryAfter(resp.Header, x.client.now())
}

// checkRetry is called by retryablehttp after each attempt. It keeps what the attempt failed with, because that is
// lost when retryablehttp gives up during a wait.
func (x *exchange) checkRetry(ctx context.Context, resp *http.Response, err error) (bool, error) {
	if x.last != nil && x.judged == x.attempts { // a wait ended, and nothing was sent: the last answer still stands
		x.last.Err = errors.Join(x.last.Err, fault.WithoutURL(err))
		return false, nil
	}
	x.judged = x.attempts
	x.last = x.failure(resp, err)
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
	x.failures++
	if x.failures > x.client.maxRetries {
		return false, nil
	}

	var header http.Header
	if resp != nil {
		header = resp.Header
	}
	x.wait = x.client.backoff(x.failures, header)
	if deadline, ok := ctx.Deadline(); ok && time.Until(deadline) < x.wait {
		x.last.Err = errors.Join(x.last.Err, ErrWaitTooLong)
		return false, nil
	}
	return true, nil
}

// worthRetrying reports whether another attempt can end differently, and is wanted.
func (x *exchange) worthRetrying() bool { return x.last.retryable() && !x.request.optional }

// failure returns what an attempt failed with, nil for a success.
func (x *exchange) failure(resp *http.Response, err error) *Error {
	if err != nil {
		return x.newError(fault.WithoutURL(err))
	}
	a := peek(resp)
	if a.status != x.request.success {
		return x.newAnswerError(a)
	}
	if x.request.decode == nil {
		return nil
	}
	err = a.notAPage()
	if err == nil {
		err = x.request.decode(a.body)
	}
	if err != nil {
		e := x.newAnswerError(a)
		e.Err = err
		return e
	}
	return nil
}

// notAPage reports an answer that its header calls a page: what it holds is not the service's, even if it reads as if it
// were. Any other type is left to the body.
func (a answer) notAPage() error {
	media, _, _ := mime.ParseMediaType(a.header.Get("Content-Type")) // it is read even if its parameters cannot be
	if media == "text/html" || strings.HasSuffix(media, "xml") {
		return fmt.Errorf("the answer is of the type %s, not JSON", media)
	}
	return nil
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

func (x *exchange) newAnswerError(a answer) *Error {
	e := x.newError(nil)
	e.describe(a, x.client.redact)
	return e
}

// peek returns an answer whose body [exchange.receive] has put into memory, so that reading cannot fail, and leaves it
// readable.
func peek(resp *http.Response) answer {
	var body bytes.Buffer
	_, _ = body.ReadFrom(resp.Body)
	resp.Body = io.NopCloser(bytes.NewReader(body.Bytes()))
	return answer{status: resp.StatusCode, header: resp.Header, body: body.Bytes()}
}
