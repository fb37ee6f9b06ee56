package auth

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
)

// LoginError is a login, or a look-up that it needs, that did not succeed.
type LoginError struct {
	Way       string // what was logged in with, such as "user name and password"
	URL       string // what was called
	Status    int    // HTTP status of the answer; 0 if there was none
	Code      string // error code of IAM or the gateway; may be empty
	Message   string // what the answer said; may be empty
	RequestID string // for the cloud's support; may be empty
	Err       error  // why there is no answer; may be nil
	Final     bool   // the login cannot succeed later either, whatever the status

	Who    string // who logged in, and where that comes from; no secret. May be empty
	Advice string // what to check, if IAM refused who logged in; empty otherwise
}

// Annotated returns a login whose errors annotate completes, unless they are those of another login that it is made with.
func Annotated(login Login, annotate func(*LoginError)) Login {
	return func(ctx context.Context) (*Grant, error) {
		grant, err := login(ctx)
		var failed *LoginError
		if errors.As(err, &failed) && failed.Who == "" {
			annotate(failed)
		}
		return grant, err
	}
}

// Error returns all there is to know in one line.
func (e *LoginError) Error() string {
	parts := []string{"logging in with " + e.Way + " at " + e.URL}
	if e.Who != "" {
		parts = []string{"logging in with " + e.Way + " (" + e.Who + ") at " + e.URL}
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
		text += " (request id " + e.RequestID + ")"
	}
	return text
}

// answered takes over what a failed answer says.
func (e *LoginError) answered(status int, header http.Header, body []byte, secrets *Secrets) {
	said := fault.Read(status, header, body, secrets.Redact)
	e.Status, e.Code, e.Message, e.RequestID = status, said.Code, said.Message, said.RequestID
}

// Unwrap returns the cause.
func (e *LoginError) Unwrap() error { return e.Err }

// Permanent reports whether the same login cannot succeed later either. Trying it again can lock the account.
func (e *LoginError) Permanent() bool {
	if e.Final {
		return true
	}
	switch e.Status {
	case 0:
		return fault.IsPermanent(e.Err)
	case http.StatusRequestTimeout, http.StatusConflict, http.StatusTooManyRequests:
		return false
	}
	return e.Status >= 300 && e.Status < 500
}
