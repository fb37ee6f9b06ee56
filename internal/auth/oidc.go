package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// WebIdentity is an identity that a CI system vouches for (OIDC): no secret is stored.
type WebIdentity struct {
	IdentityProvider string // its id in IAM
	IDToken          string // the token, or
	IDTokenFile      string // a file that holds it; read at each login, because such tokens are short-lived
	ProjectID        string // what the login is for: a project by its id, or
	ProjectName      string // by its name
}

// WebIdentity returns a login that trades an identity for a token: POST {iam}/v3.0/OS-AUTH/id-token/tokens. The token
// is used over next.
func (i IAM) WebIdentity(identity WebIdentity, next http.RoundTripper, now func() time.Time) Login {
	return func(ctx context.Context) (*Grant, error) {
		url := i.vendor() + "/OS-AUTH/id-token/tokens"
		idToken, err := identity.token()
		if err != nil {
			return nil, &LoginError{Way: i.Way, URL: url, Err: err}
		}
		i.Secrets.Add(idToken)
		var answer struct {
			Token struct {
				Project project `json:"project"`
			} `json:"token"`
		}
		header, err := i.do(ctx, iamCall{
			method: http.MethodPost,
			url:    url,
			header: http.Header{"X-Idp-Id": {identity.IdentityProvider}},
			body:   identity.body(idToken),
			status: http.StatusCreated,
			answer: &answer,
		})
		if err != nil {
			return nil, err
		}
		token := header.Get("X-Subject-Token")
		if token == "" {
			return nil, &LoginError{Way: i.Way, URL: url, Err: errors.New("the response has no token in X-Subject-Token")}
		}
		i.Secrets.Add(token)
		return &Grant{
			Transport:  &Token{Value: token, Next: next},
			Issued:     now(),
			ProjectID:  answer.Token.Project.ID,
			RenewOn401: true,
		}, nil
	}
}

// Format hides the token, whatever the verb.
func (w WebIdentity) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "web identity (hidden)") }

func (w WebIdentity) token() (string, error) {
	if w.IDTokenFile == "" {
		return w.IDToken, nil
	}
	content, err := os.ReadFile(w.IDTokenFile)
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(string(content)), nil
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
