// SPDX-License-Identifier: MPL-2.0

// Package auth provides [http.RoundTripper] types that authenticate requests with the credentials of the clouds, and the
// logins that obtain those credentials. It does not depend on Terraform. Its types never print a secret.
package auth

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// Token is a transport that authenticates with an IAM token in the header X-Auth-Token. A token is valid for 24 hours at
// most, and for one region.
type Token struct {
	Value string
	Next  http.RoundTripper
}

// RoundTrip sends a copy of the request with the token. The token is added below any redirect handling, so that it is
// only sent to the host of the request.
func (t *Token) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("X-Auth-Token", t.Value)
	return t.Next.RoundTrip(req)
}

// Format prints no token, with any verb.
func (t Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "token (hidden)") }

// ProvidedToken is a token that the user has obtained. Its project and its service catalog are requested from IAM.
type ProvidedToken struct {
	Token

	IAM *Keystone
}

// Grant returns a grant with the details of the token: GET {auth_url}/auth/tokens.
func (t *ProvidedToken) Grant(ctx context.Context) (*Grant, error) {
	return t.IAM.Inspect(ctx, t.Value)
}
