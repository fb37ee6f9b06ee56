// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Error codes of the service that this package acts on.
const (
	codeThrottled   = "IMG.0060"
	codeForbidden   = "IMG.0026"
	codeTooManyTags = "IMG.0116"
)

// imageNotFoundCodes are the codes with which the service says, with a 400, that an image does not exist.
var imageNotFoundCodes = []string{"IMG.0027", "IMG.0086", "IMG.0144"}

// Error is the error of a call: what was called, what the last response said, and how many attempts were made.
type Error struct {
	Operation  Operation
	Method     string
	Path       string        // as sent, without the endpoint
	StatusCode int           // HTTP status of the last response; 0 if there was none
	Code       string        // error code of the service or its gateway, such as IMG.0116 or APIGW.0308; may be empty
	Message    string        // message of the last response, unparsed, shortened, without secrets; may be empty
	RequestID  string        // of the last response, for the support of the cloud; may be empty
	Attempts   int           // HTTP requests that were sent
	Elapsed    time.Duration // from the start of the call to its end, waits included
	Err        error         // why there is no response, or why there was no further attempt; may be nil

	mayBeDone bool // an attempt may have been carried out
}

// Error returns everything in one line.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Method == "" {
		fmt.Fprintf(&b, "%s: ", e.Operation) // no request was made
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
		fmt.Fprintf(&b, " after %d attempts over %s", e.Attempts, e.Elapsed.Round(time.Millisecond))
	}
	return b.String()
}

// Response returns the status, code and message of the last response in one line, or "" if there was none.
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

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// IsImageNotFound reports whether the service itself said that the image does not exist: a 404 with an error code of the
// service, or a 400 with IMG.0027, IMG.0086 or IMG.0144. Any other 404 may mean a wrong endpoint or a fault of a gateway.
func IsImageNotFound(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	switch e.StatusCode {
	case http.StatusNotFound:
		return e.isFromService()
	case http.StatusBadRequest:
		return slices.Contains(imageNotFoundCodes, e.Code)
	}
	return false
}

// isUnexplainedNotFound reports whether err is a 404 without an error code of the service itself.
func isUnexplainedNotFound(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.StatusCode == http.StatusNotFound && !e.isFromService()
}

// isForbidden reports whether the user has no permission for the call. The service documents IMG.0026 with the status 400.
func isForbidden(err error) bool {
	var e *Error
	return errors.As(err, &e) && (e.StatusCode == http.StatusForbidden || e.Code == codeForbidden)
}

// IsTooManyTags reports whether the service said that the image has the maximum number of tags (IMG.0116).
func IsTooManyTags(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == codeTooManyTags
}

// IsNotCarriedOut reports whether a write has certainly changed nothing: it was not sent, or each attempt was throttled or
// rejected by the service itself with a 4xx status. A write with an attempt without a response may have been carried out.
func IsNotCarriedOut(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	return e.Attempts == 0 || !e.mayBeDone && e.isRejection()
}

// isRejection reports whether the response says that the attempt was not carried out.
func (e *Error) isRejection() bool {
	isFault := e.StatusCode >= http.StatusBadRequest && e.StatusCode < http.StatusInternalServerError
	return isFault && e.isFromService() || e.isThrottled()
}

// IsTransient reports whether the same call may succeed if it is made again soon. It is false for an attempt that timed out,
// and for a call that was cancelled.
func IsTransient(err error) bool {
	var e *Error
	var timedOut *attemptTimeoutError
	return errors.As(err, &e) && e.isRetryable() && !errors.As(err, &timedOut) && !errors.Is(err, context.Canceled)
}

// isFromService reports whether the response is from the service itself, and not from a gateway or proxy in front of it.
func (e *Error) isFromService() bool { return strings.HasPrefix(e.Code, "IMG.") }
