// Package auth turns credentials into an [http.RoundTripper] that authenticates every request. It knows nothing of
// Terraform, and its types never print a secret.
package auth

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// Token authenticates with a token of IAM in X-Auth-Token. A token is good for 24 hours at most and for one region.
type Token struct {
	Value string
	Next  http.RoundTripper
}

// RoundTrip sends the request with the token. It adds the token to a copy, below any redirect handling, so that it
// reaches the host of the request and no other.
func (t *Token) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("X-Auth-Token", t.Value)
	return t.Next.RoundTrip(req)
}

// Format hides the token, whatever the verb.
func (t Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "token (hidden)") }

// GivenToken is a token that somebody else logged in for. What it is good for IAM has to be asked.
type GivenToken struct {
	Token

	IAM *Keystone
}

// Grant returns what IAM says of the token: GET {auth_url}/auth/tokens.
func (t *GivenToken) Grant(ctx context.Context) (*Grant, error) { return t.IAM.Inspect(ctx, t.Value) }
