// SPDX-License-Identifier: MPL-2.0

package ims

import "errors"

// UnreachableError says that a call was not sent, because no call of this client has got a response of the service.
type UnreachableError struct {
	Last *Error // the last attempt
}

func (e *UnreachableError) Error() string {
	return "not sent, because the service could not be reached: " + e.Last.Error()
}

// Unwrap returns the error of the last attempt.
func (e *UnreachableError) Unwrap() error { return e.Last }

// setReached records that the service has responded, whatever the response says.
func (a *access) setReached() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.reached = true
}

// countUnanswered takes an attempt without a response, if there has never been one. The client stops when all its calls
// together have made as many such attempts as one call may make, or one that shows that all others would fail too. They
// are sent one at a time. The caller holds the lock.
func (a *access) countUnanswered(g *grant, e evidence) decision {
	a.unanswered++
	a.lastUnanswered = snapshot(e.unanswered)
	if e.permanent || a.unanswered > a.maxRetries {
		a.stop(&UnreachableError{Last: a.lastUnanswered})
	}
	a.yieldTurn(g) // other clients may reach their endpoints
	stopped := a.hasStopped()
	return decision{keepGrant: !stopped, stop: stopped, unanswered: a.unanswered}
}

// explain adds to the error of a wait that the service could not be reached so far, if that is so.
func (a *access) explain(err error) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.reached || a.lastUnanswered == nil {
		return err
	}
	return errors.Join(&UnreachableError{Last: a.lastUnanswered}, err)
}
