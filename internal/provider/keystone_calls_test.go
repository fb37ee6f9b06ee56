// SPDX-License-Identifier: MPL-2.0

//go:build keystone

package provider_test

import (
	"net/http"
	"slices"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// tokenKinds are the kinds of tokens to call IAM with, and the bodies of their logins.
var tokenKinds = map[string]string{
	"valid for a project":          passwordLogin(byID, toProject),
	"valid for a domain":           passwordLogin(byID, `{"domain":{"id":DOMAIN_ID}}`),
	"without a scope":              passwordLogin(byID, ""),
	"of an application credential": credentialLogin(`"id":CREDENTIAL_ID,"secret":CREDENTIAL_SECRET`, ""),
	"revoked":                      passwordLogin(byID, toProject),
	"unknown":                      "",
	"missing":                      "",
}

// iamCalls are the calls to make with each token.
var iamCalls = map[string]struct {
	method, path, body string
	subject            string // token in X-Subject-Token: empty for none, "own" for the token itself
}{
	"its own token":        {method: http.MethodGet, path: "/auth/tokens", subject: "own"},
	"an unknown token":     {method: http.MethodGet, path: "/auth/tokens", subject: "no-such-token"},
	"no token":             {method: http.MethodGet, path: "/auth/tokens"},
	"the catalog":          {method: http.MethodGet, path: "/auth/catalog"},
	"its domains":          {method: http.MethodGet, path: "/auth/domains"},
	"its projects":         {method: http.MethodGet, path: "/auth/projects"},
	"its projects by name": {method: http.MethodGet, path: "/auth/projects?name=nothing"},
	"the version":          {method: http.MethodGet, path: ""},
	"a login with it":      {method: http.MethodPost, path: "/auth/tokens", body: tokenLogin("TOKEN", toProject)},
}

// The mock returns the same responses as a real Keystone, with each kind of token.
func TestAccKeystoneMockCalls(t *testing.T) {
	t.Parallel()
	keystone := theRealm(t)
	user := keystone.accounts[otherDomain]
	for kind, body := range tokenKinds {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			mockToken, token := "no-such-token", "no-such-token"
			switch kind {
			case "missing":
				mockToken, token = "", ""
			case "unknown":
			default:
				mockToken, _ = postLogin(t, mock.URL()+"/v3", mockAccount.fill(body, "", ""))
				token, _ = postLogin(t, keystone.url, user.fill(body, "", ""))
			}
			if kind == "revoked" {
				mock.RevokeTokens()
				keystone.revoke(t, token)
			}
			for name, call := range iamCalls {
				got := callIAM(t, mock.URL()+"/v3"+call.path, call.method, mockAccount.fill(call.body, "", mockToken), mockToken, call.subject)
				want := callIAM(t, keystone.url+call.path, call.method, user.fill(call.body, "", token), token, call.subject)
				if got.status != want.status || got.message != want.message || !slices.Equal(got.scopes, want.scopes) {
					t.Errorf("%s: the mock says\n%+v, Keystone says\n%+v", name, got, want)
				}
			}
		})
	}
}

func callIAM(t *testing.T, url, method, body, token, subject string) keystoneResponse {
	t.Helper()
	header := make(http.Header)
	if token != "" {
		header.Set("X-Auth-Token", token)
	}
	if subject == "own" {
		subject = token
	}
	if subject != "" {
		header.Set("X-Subject-Token", subject)
	}
	_, response := call(t, method, url, body, header)
	return response
}
