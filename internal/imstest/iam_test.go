// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/signer"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/request"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const (
	ofDomain      = `"domain":{"name":"` + imstest.DomainName + `"}`
	userByName    = `{"name":"` + imstest.UserName + `","password":"` + imstest.Password + `",` + ofDomain + `}`
	userByID      = `{"id":"` + imstest.UserID + `","password":"` + imstest.Password + `"}`
	ownRegion     = `{"project":{"name":"` + imstest.Region + `","domain":{"id":"` + imstest.DomainID + `"}}}`
	applicationID = `{"id":"` + imstest.ApplicationCredentialID + `","secret":"` + imstest.ApplicationCredentialSecret + `"}`
)

func login(methods, method, user, scope string) string {
	if scope != "" {
		scope = `,"scope":` + scope
	}
	inner := `{"user":` + user + `}`
	if method != "password" && method != "totp" {
		inner = user
	}
	return fmt.Sprintf(`{"auth":{"identity":{"methods":%s,%q:%s}%s}}`, methods, method, inner, scope)
}

func password(user, scope string) string { return login(`["password"]`, "password", user, scope) }

// IAM accepts and refuses logins as Keystone does.
func TestLogins(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		body    string
		options []imstest.Option
		status  int
		says    string // in the body
	}{
		"a user by name, a project by name":        {body: password(userByName, ownRegion), status: 201, says: imstest.ProjectID},
		"a user by id, without a scope":            {body: password(userByID, ""), status: 201, says: imstest.DomainID},
		"a project by id":                          {body: password(userByID, `{"project":{"id":"`+imstest.ProjectID+`"}}`), status: 201, says: imstest.ProjectID},
		"the account":                              {body: password(userByID, `{"domain":{"id":"`+imstest.DomainID+`"}}`), status: 201},
		"a user by name without an account":        {body: password(`{"name":"u","password":"p"}`, ""), status: 400, says: "Expecting to find domain in user"},
		"a user that is not named":                 {body: password(`{"password":"p"}`, ""), status: 400, says: "id or name must be present"},
		"a user by id and name without an account": {body: password(`{"id":"`+imstest.UserID+`","name":"`+imstest.UserName+`","password":"p"}`, ""), status: 400, says: "Expecting to find domain in user"},
		"another account":                          {body: password(strings.Replace(userByName, imstest.DomainName, "x", 1), ""), status: 401},
		"a wrong password":                         {body: password(strings.Replace(userByID, imstest.Password, "x", 1), ""), status: 401},
		"a project by name without an account":     {body: password(userByID, `{"project":{"name":"`+imstest.Region+`"}}`), status: 400, says: "Expecting to find domain in project"},
		"a project by name in another account":     {body: password(userByID, strings.Replace(ownRegion, imstest.DomainID, imstest.OtherDomainID, 1)), status: 401},
		"a project of another account":             {body: password(userByID, `{"project":{"id":"`+imstest.OtherProjectID+`"}}`), status: 401},
		"another account as the scope":             {body: password(userByID, `{"domain":{"id":"`+imstest.OtherDomainID+`"}}`), status: 401},
		"no methods":                               {body: `{"auth":{"identity":{}}}`, status: 400, says: "'methods' is a required property"},
		"an empty list of methods":                 {body: login(`[]`, "password", userByID, ""), status: 401},
		"a method without its section":             {body: login(`["totp"]`, "password", userByID, ""), status: 400, says: "Expecting to find totp in identity"},
		"no body":                                  {body: ``, status: 400, says: "Expecting to find auth in request body"},
		"a list":                                   {body: `[]`, status: 400, says: "Expecting to find valid JSON in request body"},
		"an empty scope":                           {body: password(userByID, `{}`), status: 400, says: "Expecting to find system, project, domain"},
		"two scopes":                               {body: password(userByID, `{"project":{"id":"`+imstest.ProjectID+`"},"domain":{"id":"`+imstest.DomainID+`"}}`), status: 400, says: "unscoped in scope"},
		"an explicitly unscoped token":             {body: password(userByID, `{"unscoped":{}}`), status: 201},
		"a project without an id and a name":       {body: password(userByID, `{"project":{}}`), status: 400, says: "scope/project: id or name"},
		"an account without an id and a name":      {body: password(`{"name":"u","password":"p","domain":{}}`, ""), status: 400, says: "user/domain: id or name"},
		"an account whose name decides":            {body: password(strings.Replace(userByName, ofDomain, `"domain":{"id":"x","name":"`+imstest.DomainName+`"}`, 1), ""), status: 201},
		"an account whose name is wrong":           {body: password(strings.Replace(userByName, ofDomain, `"domain":{"id":"`+imstest.DomainID+`","name":"x"}`, 1), ""), status: 401},
		"a user whose name is wrong":               {body: password(strings.Replace(userByName, `"name":"`+imstest.UserName, `"id":"`+imstest.UserID+`","name":"x`, 1), ""), status: 401},
		"an unknown application credential":        {body: login(`["application_credential"]`, "application_credential", `{"id":"x","secret":"y"}`, ""), status: 404, says: "Could not find Application Credential"},
		"an unknown method":                        {body: login(`["guess"]`, "guess", "{}", ""), status: 401},
		"what is not JSON":                         {body: `{`, status: 400},
		"a token":                                  {body: login(`["token"]`, "token", `{"id":"`+imstest.Token+`"}`, ownRegion), status: 201},
		"an unknown token":                         {body: login(`["token"]`, "token", `{"id":"x"}`, ownRegion), status: 404, says: "Could not recognize Fernet token"},
		"an application credential":                {body: login(`["application_credential"]`, "application_credential", applicationID, ""), status: 201, says: imstest.ProjectID},
		"an application credential by name": {
			body: login(`["application_credential"]`, "application_credential", `{"name":"`+imstest.ApplicationCredentialName+`","secret":"`+
				imstest.ApplicationCredentialSecret+`","user":`+userByID+`}`, ""), status: 201,
		},
		"an application credential with a scope": {body: login(`["application_credential"]`, "application_credential", applicationID, ownRegion), status: 401},
		"an application credential by name alone": {
			body: login(`["application_credential"]`, "application_credential", `{"name":"x","secret":"y"}`, ""), status: 400,
		},
		"a missing second factor": {body: password(userByID, ""), options: []imstest.Option{imstest.WithSecondFactor()}, status: 401},
		"a wrong second factor": {
			body: `{"auth":{"identity":{"methods":["password","totp"],"password":{"user":` + userByID + `},"totp":{"user":{"id":"` + imstest.UserID + `","passcode":"000000"}}}}}`, status: 401,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := send(t, imstest.Start(t, c.options...), http.MethodPost, "/v3/auth/tokens", c.body)
			if got.status != c.status || !strings.Contains(got.body, c.says) {
				t.Errorf("got %d %s, want %d and %q", got.status, got.body, c.status, c.says)
			}
			if issued := got.header.Get("X-Subject-Token") != ""; issued != (c.status == http.StatusCreated) {
				t.Errorf("a token was issued: %t", issued)
			}
		})
	}
}

// Each passcode is valid once. A refused login does not use it up, and a passcode alone is not sufficient.
func TestPasscodesAreValidOnce(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t, imstest.WithSecondFactor())
	passcode := `"totp":{"user":{"id":"` + imstest.UserID + `","passcode":"` + imstest.Passcode + `"}}`
	both := `{"auth":{"identity":{"methods":["password","totp"],"password":{"user":` + userByID + `},` + passcode + `}}}`
	for _, c := range []struct {
		body   string
		status int
	}{
		{strings.Replace(both, imstest.Password, "x", 1), http.StatusUnauthorized},
		{`{"auth":{"identity":{"methods":["totp"],` + passcode + `}}}`, http.StatusUnauthorized},
		{both, http.StatusCreated},
		{both, http.StatusUnauthorized},
	} {
		if got := send(t, s, http.MethodPost, "/v3/auth/tokens", c.body); got.status != c.status {
			t.Errorf("%s: got %d %s, want %d", c.body, got.status, got.body, c.status)
		}
	}
}

// A token is valid only for its own project, and a token without a project for none.
func TestTokensAreValidForTheirProject(t *testing.T) {
	t.Parallel()
	const second = "ffffffffffffffffffffffffffffffff"
	s := imstest.Start(t, imstest.WithNamedProject("second", second))
	list := func(token, project string) reply {
		r := newRequest(t, s, http.MethodGet, "/v2/"+project+"/images/tags", "")
		r.Header.Set("X-Auth-Token", token)
		return do(t, r)
	}
	issue := func(scope string) string {
		return send(t, s, http.MethodPost, "/v3/auth/tokens", password(userByID, scope)).header.Get("X-Subject-Token")
	}
	scoped := issue(ownRegion)
	list(scoped, imstest.ProjectID).expect(t, http.StatusOK, "")
	list(scoped, second).expect(t, http.StatusBadRequest, "IMG.0030")
	list(issue(""), imstest.ProjectID).expect(t, http.StatusUnauthorized, "APIGW.0301")
	list(issue(`{"domain":{"id":"`+imstest.DomainID+`"}}`), imstest.ProjectID).expect(t, http.StatusUnauthorized, "APIGW.0301")
	list(imstest.Token, imstest.OtherProjectID).expect(t, http.StatusBadRequest, "IMG.0030")

	s.RevokeTokens()
	list(scoped, imstest.ProjectID).expect(t, http.StatusUnauthorized, "APIGW.0307")
	list(imstest.Token, imstest.ProjectID).expect(t, http.StatusOK, "")
}

func TestTokensCheckedByAFunction(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t, imstest.WithTokenCheck(func(token string) bool { return token == "theirs" }))
	for token, want := range map[string]int{"theirs": http.StatusOK, "nobody's": http.StatusUnauthorized, imstest.Token: http.StatusOK} {
		r := newRequest(t, s, http.MethodGet, projectPath("tags"), "")
		r.Header.Set("X-Auth-Token", token)
		if got := do(t, r); got.status != want {
			t.Errorf("%s: got %d, want %d", token, got.status, want)
		}
	}
}

// signedBy signs a request with the vendor's signer.
func signedBy(t *testing.T, s *imstest.Server, method, path, body, account string) *http.Request {
	t.Helper()
	r := newRequest(t, s, method, path, body)
	r.Header.Del("X-Auth-Token")
	builder := request.NewHttpRequestBuilder().WithMethod(method).WithEndpoint(s.URL()).WithPath(path).WithBody("", body).
		AddHeaderParam(signer.HeaderXDate, time.Now().UTC().Format(signer.BasicDateFormat))
	if account != "" {
		builder.AddHeaderParam("X-Domain-Id", account)
		r.Header.Set("X-Domain-Id", account)
	}
	headers, err := signer.Sign(builder.Build(), imstest.AccessKey, imstest.SecretKey)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	return r
}

// Signed calls must name the account of the keys, except those that look it up.
func TestSignedCallsMustNameTheirAccount(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t)
	role := `{"auth":{"identity":{"methods":["assume_role"],"assume_role":{"agency_name":"` + imstest.AgencyName + `","domain_name":"` + imstest.OtherDomainName + `"}}}}`
	cases := map[string]struct {
		method, path, body, account string
		status                      int
	}{
		"the account":                         {http.MethodGet, "/v3/auth/domains", "", "", 200},
		"the catalog":                         {http.MethodGet, "/v3/auth/catalog", "", "", 200},
		"the projects":                        {http.MethodGet, "/v3/projects", "", imstest.DomainID, 200},
		"the projects without the account":    {http.MethodGet, "/v3/projects", "", "", 401},
		"the projects of another account":     {http.MethodGet, "/v3/projects", "", imstest.OtherDomainID, 401},
		"a role":                              {http.MethodPost, "/v3.0/OS-CREDENTIAL/securitytokens", role, imstest.DomainID, 201},
		"a role without its method":           {http.MethodPost, "/v3.0/OS-CREDENTIAL/securitytokens", strings.Replace(role, `"methods":["assume_role"],`, "", 1), imstest.DomainID, 400},
		"a role without the account":          {http.MethodPost, "/v3.0/OS-CREDENTIAL/securitytokens", role, "", 401},
		"the version, which needs no login":   {http.MethodGet, "/v3", "", "", 200},
		"a trust agency":                      {http.MethodPost, "/v5/agencies/assume", `{"agency_urn":"` + imstest.TrustAgencyURN + `","agency_session_name":"s1"}`, "", 200},
		"a trust agency that does not exist":  {http.MethodPost, "/v5/agencies/assume", `{"agency_urn":"iam::x:agency:y","agency_session_name":"s1"}`, "", 403},
		"a trust agency without a session":    {http.MethodPost, "/v5/agencies/assume", `{"agency_urn":"` + imstest.TrustAgencyURN + `"}`, "", 400},
		"a trust agency for a day":            {http.MethodPost, "/v5/agencies/assume", `{"agency_urn":"` + imstest.TrustAgencyURN + `","agency_session_name":"s1","duration_seconds":86400}`, "", 400},
		"a role of an agency that is unknown": {http.MethodPost, "/v3.0/OS-CREDENTIAL/securitytokens", strings.Replace(role, imstest.AgencyName, "x", 1), imstest.DomainID, 404},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := do(t, signedBy(t, s, c.method, c.path, c.body, c.account)); got.status != c.status {
				t.Errorf("got %d %s, want %d", got.status, got.body, c.status)
			}
		})
	}
}

// The other form of the header, with the key in Credential, is accepted as well.
func TestTheCredentialFormOfASignature(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t)
	r := signedBy(t, s, http.MethodGet, "/v3/auth/domains", "", "")
	form := strings.Replace(r.Header.Get("Authorization"), "Access="+imstest.AccessKey, "Credential="+imstest.AccessKey+"/20261125/eu-de/ims/sdk_request", 1)
	r.Header.Set("Authorization", form)
	if got := do(t, r); got.status != http.StatusOK || !strings.Contains(got.body, imstest.DomainID) {
		t.Errorf("%s is answered %d %s", form, got.status, got.body)
	}
}

// An unscoped token sees no catalog, the token of an application credential cannot be exchanged, and an expired one is refused.
func TestWhatATokenMayDo(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t)
	issue := func(body string) string {
		return send(t, s, http.MethodPost, "/v3/auth/tokens", body).header.Get("X-Subject-Token")
	}
	scoped, unscoped := issue(password(userByID, ownRegion)), issue(password(userByID, ""))
	credential := issue(login(`["application_credential"]`, "application_credential", applicationID, ""))
	ask := func(path, token, subject string) reply {
		r := newRequest(t, s, http.MethodGet, path, "")
		r.Header.Set("X-Auth-Token", token)
		r.Header.Set("X-Subject-Token", subject)
		return do(t, r)
	}
	again := func(token string) reply {
		return send(t, s, http.MethodPost, "/v3/auth/tokens", login(`["token"]`, "token", `{"id":"`+token+`"}`, ownRegion))
	}
	for _, c := range []struct {
		name   string
		got    reply
		status int
	}{
		{"the catalog with a project", ask("/v3/auth/catalog", scoped, ""), 200},
		{"the catalog without a project", ask("/v3/auth/catalog", unscoped, ""), 403},
		{"a token about itself", ask("/v3/auth/tokens", unscoped, unscoped), 200},
		{"a token about none", ask("/v3/auth/tokens", unscoped, ""), 403},
		{"a token about an unknown one", ask("/v3/auth/tokens", unscoped, "x"), 404},
		{"a token for another one", again(unscoped), 201},
		{"a token of an application credential for another one", again(credential), 403},
	} {
		if c.got.status != c.status {
			t.Errorf("%s: got %d %s, want %d", c.name, c.got.status, c.got.body, c.status)
		}
	}
	s.RevokeTokens()
	if got := again(unscoped); got.status != http.StatusNotFound {
		t.Errorf("a token that ended for another one: got %d %s", got.status, got.body)
	}
	if got := ask("/v3/auth/projects", scoped, ""); got.status != http.StatusUnauthorized {
		t.Errorf("a token that ended: got %d %s", got.status, got.body)
	}
}
