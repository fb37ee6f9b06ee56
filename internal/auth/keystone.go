// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

// KeystoneOptions are the credentials and the scope of a login with Keystone v3: a user with a password and optionally a
// passcode, or an application credential.
type KeystoneOptions struct {
	UserID     string
	UserName   string // in the account DomainID or DomainName
	DomainID   string
	DomainName string
	Password   string
	Passcode   string // of multi-factor authentication; can be used once

	ApplicationCredentialID     string
	ApplicationCredentialName   string // an application credential of the user
	ApplicationCredentialSecret string

	Scope Scope // zero for an application credential, which belongs to a project
}

// Scope is the scope of a token: a project by id or by name, or an account.
type Scope struct {
	ProjectID   string
	ProjectName string // in the account DomainID or DomainName, or in the account of the user if both are empty
	Account     bool   // the scope is the account and not a project
	DomainID    string
	DomainName  string
}

// needsAccount reports whether the scope is in the account of the user, and that account is not known.
func (s Scope) needsAccount() bool {
	return (s.Account || s.ProjectName != "") && s.DomainID == "" && s.DomainName == ""
}

// Keystone logs in to IAM with the methods of Keystone v3. It must not be used concurrently.
type Keystone struct {
	Method    string // login method, for errors
	AuthURL   string // with the API version: https://iam.eu-de.otc.t-systems.com/v3
	Region    string // selects the endpoint in the service catalog; may be empty
	Options   KeystoneOptions
	Transport http.RoundTripper // for requests to IAM
	Next      http.RoundTripper // for requests with the token
	Now       func() time.Time
	Secrets   *Secrets // receives the tokens

	passcodeUsed error // why the passcode cannot be sent again; nil if it can
}

// errPasscodeUsed is the error of a login whose passcode has been used.
var errPasscodeUsed = errors.New("a passcode can only be used once, and the provider has sent it before: run the command again with " +
	"a new passcode, or log in with token or access_key")

// errNoToken is the error of a login whose response has the documented status, but no token.
var errNoToken = errors.New("the response has no token in X-Subject-Token")

// Login requests a token: POST {auth_url}/auth/tokens. If the scope is in the account of the user and that account is not
// known, Login first requests a token without a scope, whose response contains the account.
func (k *Keystone) Login(ctx context.Context) (*Grant, error) {
	if k.passcodeUsed != nil {
		return nil, &LoginError{Method: k.Method, URL: k.tokensURL(), Err: k.passcodeUsed, Final: true}
	}
	options := k.Options.gophercloud()
	if k.Options.Scope.needsAccount() {
		unscoped, token, err := k.createToken(ctx, options)
		if err != nil {
			return nil, err
		}
		if user, err := unscoped.ExtractUser(); err == nil && user != nil {
			k.Options.Scope.DomainID = user.Domain.ID
		}
		if k.Options.Passcode != "" { // the passcode is used; log in with the token instead
			options = tokens.AuthOptions{TokenID: token}
		}
	}
	options.Scope = k.Options.Scope.gophercloud()
	issued := k.Now()
	created, token, err := k.createToken(ctx, options)
	if err != nil {
		return nil, err
	}
	grant := &Grant{
		Transport:  &Token{Value: token, Next: k.Next},
		Issued:     issued,
		RenewOn401: true,
	}
	k.setDetails(grant, created)
	return grant, nil
}

// createToken requests a token. It returns the details and the value of the token. If the request was sent and there is no response
// of IAM, a passcode may have been used.
func (k *Keystone) createToken(ctx context.Context, options tokens.AuthOptions) (tokens.CreateResult, string, error) {
	client, received := k.client()
	var isSent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { isSent.Store(true) }})
	created := tokens.Create(ctx, client, &options)
	if options.Passcode != "" && (isSent.Load() || received.status != 0) {
		k.passcodeUsed = passcodeUse(created.Err, received)
	}
	if created.Err != nil {
		return created, "", k.failure(created.Err, received)
	}
	token, err := created.ExtractTokenID()
	if err != nil || token == "" {
		return created, "", &LoginError{Method: k.Method, URL: k.tokensURL(), Status: received.status, Err: errNoToken}
	}
	k.Secrets.Add(token)
	return created, token, nil
}

// passcodeUse returns why a passcode that was sent cannot be sent again, or nil if IAM has rejected the login.
func passcodeUse(err error, received *lastResponse) error {
	switch {
	case err == nil:
		return errPasscodeUsed
	case received.status == 0:
		return fmt.Errorf("%w. There was no response to it: %w", errPasscodeUsed, neterror.WithoutURL(err))
	case received.status >= http.StatusInternalServerError:
		return fmt.Errorf("%w. The response to it was HTTP %d", errPasscodeUsed, received.status)
	}
	return nil
}

func (o KeystoneOptions) gophercloud() tokens.AuthOptions {
	return tokens.AuthOptions{
		UserID: o.UserID, Username: o.UserName, Password: o.Password, Passcode: o.Passcode,
		DomainID: o.DomainID, DomainName: o.DomainName,
		ApplicationCredentialID:     o.ApplicationCredentialID,
		ApplicationCredentialName:   o.ApplicationCredentialName,
		ApplicationCredentialSecret: o.ApplicationCredentialSecret,
	}
}

func (s Scope) gophercloud() tokens.Scope {
	if s.ProjectID != "" {
		return tokens.Scope{ProjectID: s.ProjectID}
	}
	scope := tokens.Scope{ProjectName: s.ProjectName, DomainID: s.DomainID}
	if s.DomainID == "" {
		scope.DomainName = s.DomainName
	}
	return scope
}

// Inspect returns a grant with a token that the user has obtained: GET {auth_url}/auth/tokens. The token also
// authenticates this call.
func (k *Keystone) Inspect(ctx context.Context, token string) (*Grant, error) {
	client, received := k.client()
	client.SetToken(token)
	shown := tokens.Get(ctx, client, token)
	if shown.Err != nil {
		return nil, k.failure(shown.Err, received)
	}
	grant := &Grant{Transport: &Token{Value: token, Next: k.Next}}
	k.setDetails(grant, shown)
	return grant, nil
}

// tokenDetails is the part of a response of IAM that describes a token.
type tokenDetails interface {
	ExtractProject() (*tokens.Project, error)
	ExtractUser() (*tokens.User, error)
	ExtractServiceCatalog() (*tokens.ServiceCatalog, error)
}

// setDetails sets the project and the endpoint of a grant, if the token has them. The caller looks up those that are
// missing.
func (k *Keystone) setDetails(grant *Grant, token tokenDetails) {
	if project, err := token.ExtractProject(); err == nil && project != nil {
		grant.ProjectID = project.ID
		user, err := token.ExtractUser()
		grant.Project = Project{
			Name: project.Name, Domain: Domain{ID: project.Domain.ID, Name: project.Domain.Name},
			IsOwn: err == nil && user != nil && user.Domain.ID == project.Domain.ID,
		}
	}
	if catalog, err := token.ExtractServiceCatalog(); err == nil && catalog != nil {
		grant.Endpoint = imageEndpoint(catalog.Entries, k.Region)
	}
}

// Format prints no secret, with any verb.
func (o KeystoneOptions) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "Keystone options (hidden)")
}

// Format prints no secret, with any verb.
func (k Keystone) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "Keystone login (hidden)") }

func (k *Keystone) tokensURL() string { return k.AuthURL + "/auth/tokens" }

// client returns a client for calls of Keystone, and what it receives.
func (k *Keystone) client() (*gophercloud.ServiceClient, *lastResponse) {
	received := &lastResponse{next: bodyLimiter{k.Transport}}
	return &gophercloud.ServiceClient{
		ProviderClient: &gophercloud.ProviderClient{HTTPClient: http.Client{Transport: received, CheckRedirect: noRedirect}},
		Endpoint:       strings.TrimRight(k.AuthURL, "/") + "/",
	}, received
}

// failure returns the error of a call. A response with the documented status failed because it is not the documented JSON.
func (k *Keystone) failure(err error, received *lastResponse) error {
	var first *LoginError
	if errors.As(err, &first) {
		return first // this login was not sent: see FirstLogin
	}
	failed := &LoginError{Method: k.Method, URL: k.tokensURL()}
	if received.status == 0 {
		failed.Err = neterror.WithoutURL(err)
		return failed
	}
	failed.setResponse(received.status, received.header, received.body, k.Secrets)
	if received.status < http.StatusMultipleChoices {
		failed.Err = errors.New("the response is not the documented JSON")
	}
	return failed
}

// lastResponse is a transport that reads the whole response and keeps it. gophercloud does not return a response that it
// cannot decode, and its error does not tell a page of a proxy from a connection that broke.
type lastResponse struct {
	next   http.RoundTripper
	status int // 0 if there is no response
	header http.Header
	body   []byte
}

func (l *lastResponse) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := l.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = resp.Body.Close() }() // an error is of no interest after reading
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	l.status, l.header, l.body = resp.StatusCode, resp.Header, body
	return &http.Response{StatusCode: l.status, Header: l.header, Body: io.NopCloser(bytes.NewReader(body)), Request: req}, nil
}

// noRedirect returns a 3xx response to the caller. A redirect is not followed, because the request may contain a password.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
