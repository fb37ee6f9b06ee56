// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"context"
	"errors"
	"net/http"
)

// accountHeader is the header with the id of the account (IAM domain) that signed requests to IAM are made for.
const accountHeader = "X-Domain-Id"

// domainsPath is the path of the call that returns the account.
const domainsPath = "/auth/domains"

// Account is the account (IAM domain) of an access key. IAM requires its id in requests that are signed with the key.
type Account struct {
	turn  chan struct{} // holds an element while somebody uses the other fields; unlike a mutex, the wait for it can be cancelled
	id    string
	known bool // whether id is final; it stays empty if the cloud has no call for it
}

// NewAccount returns the account with an id. If the id is empty, it is requested from IAM once, when it is first needed.
func NewAccount(id string) *Account {
	return &Account{turn: make(chan struct{}, 1), id: id, known: id != ""}
}

// errNoAccount is the cause of an error of [Account.ID]. Some users may not read the account.
var errNoAccount = errors.New("IAM returned no account for the access key; set domain_id")

// ID returns the id of the account. If it is not known, ID requests it from IAM: GET {auth_url}/auth/domains.
// It returns an empty id if the cloud does not provide that call. Callers that need it at the same time wait for one call.
func (a *Account) ID(ctx context.Context, iam IAM) (string, error) {
	select {
	case a.turn <- struct{}{}:
		defer func() { <-a.turn }()
	case <-ctx.Done():
		return "", &LoginError{Method: iam.Method, URL: iam.url(domainsPath), Lookup: LookupAccount, Err: ctx.Err()}
	}
	if a.known {
		return a.id, nil
	}
	return a.find(ctx, iam)
}

// find requests the id. The caller has the turn.
func (a *Account) find(ctx context.Context, iam IAM) (string, error) {
	var response struct {
		Domains []struct {
			ID string `json:"id"`
		} `json:"domains"`
	}
	iam.Account = nil // this call does not need the account
	call := iamCall{
		httpMethod: http.MethodGet,
		url:        iam.url(domainsPath),
		wantStatus: http.StatusOK,
		lookup:     LookupAccount,
		result:     &response,
	}
	_, err := iam.do(ctx, call)
	var failed *LoginError
	if errors.As(err, &failed) && failed.Status == http.StatusNotFound {
		a.known = true
		return "", nil // a cloud without this call cannot require the account
	}
	if err != nil {
		return "", err
	}
	if len(response.Domains) == 0 {
		return "", &LoginError{
			Method: iam.Method, URL: call.url, Lookup: call.lookup, Status: call.wantStatus,
			Err: errNoAccount,
		}
	}
	a.id, a.known = response.Domains[0].ID, true
	return a.id, nil
}
