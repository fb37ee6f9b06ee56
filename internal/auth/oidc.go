// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"time"
)

// WebIdentity is an OpenID Connect ID token, for example of a CI system, and the project to log in to.
type WebIdentity struct {
	IdentityProvider string // id of the identity provider in IAM
	IDToken          string // the ID token; not used with IDTokenFile
	IDTokenFile      string // path of a file with the ID token; read at each login, because ID tokens are short-lived
	ProjectID        string // project of the IAM token; may be empty
	ProjectName      string // project of the IAM token by its name; not used with ProjectID
}

// WebIdentity returns a login that exchanges an ID token for an IAM token: POST {iam}/v3.0/OS-AUTH/id-token/tokens.
// Requests with the IAM token are sent over next.
func (i IAM) WebIdentity(identity WebIdentity, next http.RoundTripper, now func() time.Time) Login {
	return func(ctx context.Context) (*Grant, error) {
		url := i.vendorURL() + "/OS-AUTH/id-token/tokens"
		idToken, err := identity.token()
		if err != nil {
			return nil, &LoginError{Method: i.Method, URL: url, Err: err}
		}
		i.Secrets.Add(idToken)
		var response struct {
			Token struct {
				Project project `json:"project"`
			} `json:"token"`
		}
		header, err := i.do(ctx, iamCall{
			httpMethod: http.MethodPost,
			url:        url,
			header:     http.Header{"X-Idp-Id": {identity.IdentityProvider}},
			body:       identity.body(idToken),
			wantStatus: http.StatusCreated,
			result:     &response,
		})
		if err != nil {
			return nil, err
		}
		token := header.Get("X-Subject-Token")
		if token == "" {
			return nil, &LoginError{Method: i.Method, URL: url, Status: http.StatusCreated, Err: errNoToken}
		}
		i.Secrets.Add(token)
		return &Grant{
			Transport:  &Token{Value: token, Next: next},
			Issued:     now(),
			ProjectID:  response.Token.Project.ID,
			Project:    Project{Name: response.Token.Project.Name, IsOwn: true},
			RenewOn401: true,
		}, nil
	}
}

// Format prints no token, with any verb.
func (w WebIdentity) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "web identity (hidden)") }

func (w WebIdentity) token() (string, error) {
	if w.IDTokenFile == "" {
		return w.IDToken, nil
	}
	content, err := os.ReadFile(w.IDTokenFile)
	var failed *fs.PathError
	if errors.As(err, &failed) && looksLikeToken(w.IDTokenFile) {
		failed.Path = "(a token and not a path: set id_token instead)"
	}
	if err != nil {
		return "", fmt.Errorf("id_token_file: %w", err)
	}
	return strings.TrimSpace(string(content)), nil
}

// looksLikeToken reports whether a path is an ID token by mistake: a JSON Web Token begins with a JSON object.
func looksLikeToken(path string) bool {
	return strings.HasPrefix(path, "eyJ") && strings.Count(path, ".") == 2
}

func (w WebIdentity) body(idToken string) any {
	type scope struct {
		ID   string `json:"id,omitempty"`
		Name string `json:"name,omitempty"`
	}
	auth := map[string]any{"id_token": map[string]string{"id": idToken}}
	if w.ProjectID != "" || w.ProjectName != "" {
		project := scope{ID: w.ProjectID}
		if w.ProjectID == "" {
			project.Name = w.ProjectName
		}
		auth["scope"] = map[string]scope{"project": project}
	}
	return map[string]any{"auth": auth}
}
