// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/apierror"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

// LoginError is a failed login, or a failed lookup in IAM with the login. It contains no secret.
type LoginError struct {
	Method    string // login method, such as "user name and password"
	URL       string // URL of the request
	Status    int    // HTTP status of the response; 0 if there was none
	Code      string // error code of IAM or the gateway; may be empty
	Message   string // message of the response; may be empty
	RequestID string // for the support of the cloud; may be empty
	Err       error  // why there is no usable response; may be nil
	Final     bool   // the login cannot be retried, whatever the status
	Lookup    Lookup // what the request was to find out; empty if it was to log in

	Identity string // the user, key or agency that made the request, with origins; may be empty
	Advice   string // what to check if IAM rejected the request; may be empty
}

// Lookup is what a request finds out in IAM with a login.
type Lookup string

// The lookups. Each is unnecessary if a setting contains the value.
const (
	LookupProject  Lookup = "project"
	LookupEndpoint Lookup = "endpoint"
	LookupAccount  Lookup = "account"
)

// Annotated returns a login that calls annotate with each of its errors. Errors that already have an identity are left
// as they are: they are those of another login that this login uses.
func Annotated(login Login, annotate func(*LoginError)) Login {
	return func(ctx context.Context) (*Grant, error) {
		grant, err := login(ctx)
		var failed *LoginError
		if errors.As(err, &failed) && failed.Identity == "" {
			annotate(failed)
		}
		return grant, err
	}
}

// Error returns all details on one line.
func (e *LoginError) Error() string {
	parts := []string{"request to " + e.URL + " with " + e.Method}
	if e.Identity != "" {
		parts[0] += " (" + e.Identity + ")"
	}
	if e.Status != 0 {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("HTTP %d %s %s", e.Status, http.StatusText(e.Status), e.Code)))
	}
	if e.Message != "" {
		parts = append(parts, e.Message)
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	text := strings.Join(parts, ": ")
	if e.RequestID != "" {
		text += " (request ID " + e.RequestID + ")"
	}
	return text
}

// setResponse records the error that a response describes. Secrets in it are redacted. The body of a success is left out,
// because it can contain credentials that are not known yet and cannot be redacted.
func (e *LoginError) setResponse(status int, header http.Header, body []byte, secrets *Secrets) {
	if status < http.StatusMultipleChoices {
		body = nil
	}
	said := apierror.Parse(status, header, body, secrets.Redact)
	e.Status, e.Code, e.Message, e.RequestID = status, said.Code, said.Message, said.RequestID
}

// Unwrap returns the cause.
func (e *LoginError) Unwrap() error { return e.Err }

// Permanent reports whether a retry of the login would fail too. Such a login is never retried, because repeated failures
// can lock the account or the access key. A 2xx response that is not the documented one is permanent as well: it may be the login
// page of a proxy, which must not get the credentials again.
func (e *LoginError) Permanent() bool {
	if e.Final {
		return true
	}
	switch e.Status {
	case 0:
		return neterror.IsPermanent(e.Err)
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooManyRequests:
		return false
	}
	return e.Status < http.StatusInternalServerError
}
