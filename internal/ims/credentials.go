// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"strings"
	"sync"
)

// gatewayTokenInvalid is the number of the gateway's code for a token that has expired or that another region issued. The
// prefix of the code differs by cloud.
const gatewayTokenInvalid = ".0307"

// RefusedError says that a call was not sent, because the service has refused the credentials before. After several refused
// requests the service locks an access key, so that no more are sent.
type RefusedError struct {
	First *Error // the response that refused the credentials
}

func (e *RefusedError) Error() string {
	return "not sent, because the service refused the credentials earlier: " + e.First.Error()
}

// Credentials is what is known of the credentials of one login. Clients that use the same credentials at several endpoints
// share it, so that wrong credentials are refused once in all. Only credentials that are valid in some of the regions are
// refused by each of the others. The credentials are in one of three states:
//
//   - unproven: nobody knows yet whether they are accepted. Only one attempt at a time is sent, over all clients. If it is
//     accepted, the credentials become proven, for all endpoints. If it is refused, they become refused, unless only other
//     endpoints have ever accepted them.
//   - proven: every attempt is sent, but only one at a time to an endpoint that has not accepted the credentials yet. If an
//     endpoint that has accepted them refuses them now, they become unproven, and the call that was refused tries them again.
//     Nothing else is sent until it has.
//   - refused: nothing is sent any more.
type Credentials struct {
	turn chan struct{} // holds an element while a client has the turn to try unproven credentials

	mu           sync.Mutex
	state        credentialsState
	changed      chan struct{} // closed and replaced when the state changes
	refusal      error         // in the state refused
	everAccepted bool          // by any endpoint
	retried      bool          // see takeRetry
}

type credentialsState int

const (
	credentialsUnproven credentialsState = iota
	credentialsProven
	credentialsRefused
)

// NewCredentials returns credentials that no endpoint has accepted yet.
func NewCredentials() *Credentials {
	return &Credentials{turn: make(chan struct{}, 1), changed: make(chan struct{})}
}

// current returns the state, a channel that is closed when it changes, and the refusal, if there is one.
func (c *Credentials) current() (state credentialsState, changed <-chan struct{}, refusal error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.state, c.changed, c.refusal
}

// wereAccepted reports whether any endpoint has accepted the credentials.
func (c *Credentials) wereAccepted() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.everAccepted
}

// takeRetry reports whether a region that has never accepted the credentials may be asked again after a refusal, which may be a
// fault of one gateway: once in all, because several wrong signatures lock the access key in all regions.
func (c *Credentials) takeRetry() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	free := !c.retried
	c.retried = true
	return free
}

func (c *Credentials) accept() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.everAccepted = true
	c.setState(credentialsProven)
}

func (c *Credentials) doubt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.setState(credentialsUnproven)
}

func (c *Credentials) refuse(refusal error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.refusal = refusal
	c.setState(credentialsRefused)
}

// setState changes the state, unless it is refused. The caller holds the lock.
func (c *Credentials) setState(state credentialsState) {
	if c.state == state || c.state == credentialsRefused {
		return
	}
	c.state = state
	close(c.changed)
	c.changed = make(chan struct{})
}

// accept takes a response that accepted the credentials. Without the turn it shows nothing new about them. The caller holds
// the lock.
func (a *access) accept(g *grant) {
	a.accepted = true
	if g.turn {
		a.credentials.accept()
	}
}

// refuse takes a response that refused the credentials (401). If only other endpoints have accepted them, it says nothing about
// those. Otherwise it is final with the turn: these credentials were never accepted, or were refused twice. Without the turn,
// they were accepted before, so that it may be a fault of one gateway: the call tries again, exclusively. The caller holds the
// lock.
func (a *access) refuse(g *grant, response *Error) decision {
	refusal := &RefusedError{First: snapshot(response)}
	if !a.accepted && a.credentials.wereAccepted() {
		return a.refuseHere(refusal)
	}
	if g.turn {
		a.stop(refusal)
		a.credentials.refuse(refusal)
		return decision{stop: true}
	}
	// The call takes the turn before the other calls learn of it, so that none of them is first.
	g.required = a.tryPlace(g) && a.tryTurn(g)
	a.credentials.doubt()
	return decision{retryExclusively: true, keepGrant: g.required}
}

// refuseHere takes a refusal by an endpoint that has never accepted the credentials, although others have. It stops this client
// alone, unless its call may be made again: then its other calls wait for that. A token is of one region. The caller holds the
// lock.
func (a *access) refuseHere(refusal *RefusedError) decision {
	if strings.HasSuffix(refusal.First.Code, gatewayTokenInvalid) || !a.credentials.takeRetry() {
		a.stop(refusal)
		return decision{stop: true}
	}
	return decision{retryExclusively: true, keepGrant: true}
}
