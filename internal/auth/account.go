package auth

import (
	"context"
	"errors"
	"net/http"
	"sync"
)

// accountHeader names the account (IAM domain) that a signed call of IAM is made for.
const accountHeader = "X-Domain-Id"

// Account is the account (IAM domain) that keys belong to. Calls of IAM that are signed with keys have to name it.
type Account struct {
	mu    sync.Mutex
	id    string
	known bool // the id is, or that there is none to know
}

// NewAccount returns an account by its id. With an empty one IAM is asked when it is first needed, once.
func NewAccount(id string) *Account { return &Account{id: id, known: id != ""} }

// ID returns the id of the account. If it is not known, IAM is asked: GET {auth_url}/auth/domains.
// It is empty where the cloud does not have that call.
func (a *Account) ID(ctx context.Context, iam IAM) (string, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.known {
		return a.id, nil
	}
	var answer struct {
		Domains []struct {
			ID string `json:"id"`
		} `json:"domains"`
	}
	iam.Account = nil // the question itself names none
	url := iam.url("/auth/domains")
	_, err := iam.do(ctx, iamCall{method: http.MethodGet, url: url, status: http.StatusOK, answer: &answer})
	var failed *LoginError
	if errors.As(err, &failed) && failed.Status == http.StatusNotFound {
		a.known = true
		return "", nil // this cloud does not have the call, and so cannot require what it tells
	}
	if err != nil {
		return "", err
	}
	if len(answer.Domains) == 0 {
		return "", &LoginError{Way: iam.Way, URL: url, Err: errors.New("IAM returned no account for these keys; set domain_id")}
	}
	a.id, a.known = answer.Domains[0].ID, true
	return a.id, nil
}
