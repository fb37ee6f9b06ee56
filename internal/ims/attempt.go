package ims

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
)

const (
	attemptTimeout = time.Minute
	waitedTimeout  = 15 * time.Second // of an attempt that others wait for
	optionalLimit  = 10 * time.Second // of one that can be done without
	cancelGrace    = 5 * time.Second  // for a write that is on its way when somebody cancels
	maxAnswerBytes = 32 << 20
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

// attemptTimeoutError says that an attempt was given up. It is no [context.DeadlineExceeded], which would read as if the
// operation had timed out.
type attemptTimeoutError struct{ limit time.Duration }

func (e *attemptTimeoutError) Error() string { return fmt.Sprintf("no response within %s", e.limit) }

// transportTimeoutError is a timeout of the transport's own, such as that of a dial. It is no [context.DeadlineExceeded]
// either, and anything else that its cause is.
type transportTimeoutError struct{ cause error }

func (e *transportTimeoutError) Error() string { return e.cause.Error() }

func (e *transportTimeoutError) As(target any) bool { return errors.As(e.cause, target) }

// result is what came of an attempt.
type result struct {
	answer  *answer // nil if there is none
	failure *Error  // nil for a success
	ended   bool    // there is no answer because the call itself ended
}

// attempt makes one attempt.
func (x *exchange) attempt(req *http.Request, limit time.Duration) result {
	x.attempts++
	begun := x.client.now()
	a, err := x.send(req, limit)
	took := x.client.now().Sub(begun)

	told := Attempt{
		Operation: x.request.operation, Method: x.request.method, Path: x.request.path,
		Number: x.attempts, Duration: took, Err: err,
	}
	if err == nil {
		told.StatusCode, told.RequestID = a.status, a.header.Get(fault.RequestIDHeader)
	}
	x.client.observe(req.Context(), told)
	return result{answer: a, failure: x.failure(a, err), ended: err != nil && req.Context().Err() != nil}
}

// limit is how long an attempt waits for its answer.
func (x *exchange) limit(allowed permit) time.Duration {
	switch {
	case x.request.optional:
		return optionalLimit
	case x.pass.alone || allowed.probe:
		return waitedTimeout
	}
	return attemptTimeout
}

func (x *exchange) send(req *http.Request, limit time.Duration) (*answer, error) {
	ctx, cancel := attemptContext(req.Context(), limit, x.request.operation.isWrite())
	defer cancel()

	a, err := x.receive(req.WithContext(ctx))
	if err == nil {
		return a, nil
	}
	if call := req.Context().Err(); call != nil && ctx.Err() != nil {
		return nil, call
	}
	if ctx.Err() != nil {
		return nil, &attemptTimeoutError{limit}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return nil, &transportTimeoutError{err}
	}
	return nil, err
}

func (x *exchange) receive(req *http.Request) (*answer, error) {
	resp, err := x.client.transport.RoundTrip(req) //nolint:bodyclose // readAnswer closes it
	if err != nil {
		return nil, fault.WithoutURL(err)
	}
	x.client.gate.reach()
	return readAnswer(resp, x.request.success)
}

// attemptContext is the context of one attempt. A write that is on its way when somebody cancels is given a few seconds
// to be answered: without the answer nobody knows whether it was carried out.
func attemptContext(call context.Context, limit time.Duration, write bool) (context.Context, context.CancelFunc) {
	if !write {
		return context.WithTimeout(call, limit)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(call), limit)
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

// failure returns what an attempt failed with, nil for a success.
func (x *exchange) failure(a *answer, err error) *Error {
	if err != nil {
		return x.newError(err)
	}
	if a.status != x.request.success {
		return x.newAnswerError(a, a.notASuccess(x.request.success))
	}
	if x.request.decode == nil {
		return nil
	}
	err = a.notAPage()
	if err == nil {
		err = x.request.decode(a.body)
	}
	if err != nil {
		return x.newAnswerError(a, err)
	}
	return nil
}

// verdict is what an attempt tells the gate.
func (x *exchange) verdict(r result) verdict {
	switch {
	case r.ended:
		return verdict{}
	case r.answer == nil:
		return verdict{silence: r.failure, final: isPermanent(r.failure.Err) || fault.IsUnknownHost(r.failure.Err)}
	case r.answer.status < http.StatusMultipleChoices:
		return verdict{accepted: true}
	case x.request.optional:
		return verdict{}
	case r.answer.status == http.StatusUnauthorized:
		return verdict{refusal: r.failure}
	}
	// The service itself answers only who has passed the gateway. A page or a redirect may come from anywhere.
	return verdict{accepted: r.failure.isOfService()}
}

// outcome is what an attempt tells the limiter.
func (x *exchange) outcome(r result) (outcome, time.Duration) {
	switch {
	case r.answer == nil || r.answer.status >= http.StatusInternalServerError:
		return unanswered, 0
	case r.failure == nil || !isThrottled(r.failure):
		return taken, 0
	case x.request.optional:
		return unanswered, 0 // a limit of its own, or else the other calls will find it too
	}
	return throttled, retryAfter(r.answer.header, x.client.now())
}
