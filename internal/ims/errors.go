package ims

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
)

// Operation names what a call does.
type Operation string

// The operations, one an endpoint.
const (
	OperationWriteTag  Operation = "write tag"         // POST /v2/{project_id}/images/{image_id}/tags
	OperationListTags  Operation = "list tags"         // GET /v2/{project_id}/images/{image_id}/tags
	OperationDeleteTag Operation = "delete tag"        // DELETE /v2/{project_id}/images/{image_id}/tags/{key}
	OperationBatchTags Operation = "batch delete tags" // POST /v2/{project_id}/images/{image_id}/tags/action

	OperationListImages Operation = "list images" // POST /v2/{project_id}/images/resource_instances/action
)

func (o Operation) isWrite() bool { return o != OperationListTags && o != OperationListImages }

// Error codes of the service that this package acts on.
const (
	codeThrottled    = "IMG.0060"
	codeImageMissing = "IMG.0027"
	codeImageAbsent  = "IMG.0144"
	codeImageGone    = "IMG.0086"
	codeTooManyTags  = "IMG.0116"
)

// Error is a call that did not succeed: what was called, what was answered, how often it was tried.
type Error struct {
	Operation  Operation
	Method     string
	Path       string        // as sent, without the endpoint
	StatusCode int           // HTTP status of the last answer; 0 if there was none
	Code       string        // error code of the service or the gateway, such as IMG.0116 or APIGW.0308; may be empty
	Message    string        // what the last answer said, in its own words, shortened; may be empty
	RequestID  string        // for the service's support; may be empty
	Attempts   int           // how often it was sent
	Elapsed    time.Duration // from the first attempt to the last answer
	Err        error         // why there is no answer, or why it was not tried again; may be nil
}

// Error returns all there is to know in one line.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Method == "" {
		fmt.Fprintf(&b, "%s: ", e.Operation) // it never came to a request
	} else {
		fmt.Fprintf(&b, "%s %s: ", e.Method, e.Path)
	}
	var parts []string
	if response := e.Response(); response != "" {
		parts = append(parts, response)
	}
	if e.Err != nil {
		parts = append(parts, strings.ReplaceAll(e.Err.Error(), "\n", "; "))
	}
	b.WriteString(strings.Join(parts, ": "))
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request id %s)", e.RequestID)
	}
	if e.Attempts > 1 {
		fmt.Fprintf(&b, " after %s", e.tries())
	}
	return b.String()
}

// Response returns status, code and message of the last response in one line. It is empty if there was none.
func (e *Error) Response() string {
	var parts []string
	if e.StatusCode != 0 {
		status := fmt.Sprintf("HTTP %d %s", e.StatusCode, http.StatusText(e.StatusCode))
		parts = append(parts, strings.TrimSpace(strings.TrimSpace(status)+" "+e.Code))
	}
	if e.Message != "" {
		parts = append(parts, e.Message)
	}
	return strings.Join(parts, ": ")
}

// tries returns how often and for how long the call was tried, such as "3 attempts over 4.2s".
func (e *Error) tries() string {
	return fmt.Sprintf("%d attempts over %s", e.Attempts, e.Elapsed.Round(time.Millisecond))
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// IsImageNotFound reports whether err is a sure answer that the image is not there: a 404 with a code of the service
// itself, or one of the codes that say so with a 400. Any other 404 is a wrong endpoint or a fault.
func IsImageNotFound(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.StatusCode {
	case http.StatusNotFound:
		return e.isOfService()
	case http.StatusBadRequest:
		return e.Code == codeImageMissing || e.Code == codeImageAbsent || e.Code == codeImageGone
	}
	return false
}

// isUnexplainedNotFound reports whether err is a 404 that the service itself has not explained.
func isUnexplainedNotFound(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.StatusCode == http.StatusNotFound && !e.isOfService()
}

// IsTooManyTags reports whether err says that the image has as many tags as it can have.
func IsTooManyTags(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == codeTooManyTags
}

// IsNotCarriedOut reports whether err says for sure that a write was not carried out: it was not sent, or the service
// itself refused it. One that was not answered, or was sent again, may have been carried out.
func IsNotCarriedOut(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	refused := e.isOfService() && e.StatusCode >= http.StatusBadRequest && e.StatusCode < http.StatusInternalServerError
	return e.Attempts == 0 || e.Attempts == 1 && refused
}

// IsPassing reports whether the same call may succeed when it is made again soon: not if an attempt took longer than it
// may, or if nobody waits for the answer any more.
func IsPassing(err error) bool {
	var e *Error
	var slow *attemptTimeoutError
	return errors.As(err, &e) && e.retryable() && !errors.As(err, &slow) && !errors.Is(err, context.Canceled)
}

// isOfService reports whether the answer comes from the service itself, and not from something before it.
func (e *Error) isOfService() bool { return strings.HasPrefix(e.Code, "IMG.") }

// describe takes over what a failed answer says, without the secrets in it.
func (e *Error) describe(a *answer, redact func(string) string) {
	said := fault.Read(a.status, a.header, a.body, redact)
	e.StatusCode = a.status
	e.Code = said.Code
	e.Message = said.Message
	e.RequestID = said.RequestID
}
