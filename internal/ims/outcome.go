// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"context"
	"net/http"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/apierror"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

// outcome is what came of one attempt. It is made once: the caller's error, [access], the [limiter] and the retries all
// look at the same value.
type outcome struct {
	response   *response     // nil if there is none
	err        *Error        // nil for a success
	retryAfter time.Duration // the wait that the response asks for; 0 for none
	callEnded  bool          // there is no response because the context of the call ended
}

func (c *call) newOutcome(ctx context.Context, resp *response, err error) outcome {
	if err != nil {
		return outcome{err: c.newError(err), callEnded: ctx.Err() != nil}
	}
	return outcome{response: resp, err: c.judge(resp), retryAfter: resp.retryAfter(c.client.now())}
}

// judge returns the error that a response means, or nil for a success.
func (c *call) judge(resp *response) *Error {
	if resp.status != c.request.successStatus {
		return c.newResponseError(resp, resp.checkStatus(c.request.successStatus))
	}
	if c.request.decode == nil {
		return nil
	}
	err := resp.checkMediaType()
	if err == nil {
		err = c.request.decode(resp.body)
	}
	if err != nil {
		return c.newResponseError(resp, err)
	}
	return nil
}

// evidence is what the last attempt tells [access].
func (c *call) evidence() evidence {
	o := c.outcome
	switch {
	case o.callEnded:
		return evidence{}
	case o.response == nil:
		return evidence{unanswered: o.err, permanent: isPermanent(o.err.Err) || neterror.IsUnknownHost(o.err.Err)}
	case o.response.status < http.StatusMultipleChoices:
		return evidence{accepted: true}
	case c.request.optional:
		return evidence{}
	case o.response.status == http.StatusUnauthorized:
		return evidence{refused: o.err}
	}
	// Only a request that has passed the gateway gets a response of the service itself. A page or a redirect may be from
	// anywhere.
	return evidence{accepted: o.err.isFromService()}
}

// feedback is what the last attempt tells the [limiter].
func (c *call) feedback() feedback {
	o := c.outcome
	switch {
	case o.response == nil || o.response.status >= http.StatusInternalServerError:
		return inconclusive
	case o.err == nil || !o.err.isThrottled():
		return admitted
	case c.request.optional:
		return inconclusive // the limit may be that of this operation alone; if not, the other calls meet it too
	}
	return throttled
}

// newError returns an error of this call without a response.
func (c *call) newError(cause error) *Error {
	return &Error{
		Operation: c.request.operation,
		Method:    c.request.method,
		Path:      c.request.path,
		Attempts:  c.attempts,
		Elapsed:   c.client.now().Sub(c.started),
		Err:       cause,
	}
}

// newResponseError returns the error that a response describes, without the secrets in it.
func (c *call) newResponseError(resp *response, cause error) *Error {
	e := c.newError(cause)
	body := apierror.Parse(resp.status, resp.header, resp.body, c.client.redact)
	e.StatusCode = resp.status
	e.Code = body.Code
	e.Message = body.Message
	e.RequestID = body.RequestID
	return e
}
