package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
)

// KeystoneOptions is what Keystone v3 logs in with: a user with a password and perhaps a passcode, or an application
// credential.
type KeystoneOptions struct {
	UserID     string
	UserName   string // in the account DomainID or DomainName
	DomainID   string
	DomainName string
	Password   string
	Passcode   string // of a second factor: good once

	ApplicationCredentialID     string
	ApplicationCredentialName   string // of the user
	ApplicationCredentialSecret string

	Scope Scope // nothing for an application credential, which has its project
}

// Scope is what a token is to be good for: a project by its id or by its name, or an account.
type Scope struct {
	ProjectID   string
	ProjectName string // in the account DomainID or DomainName, which is the user's own if both are empty
	Account     bool   // the account itself, instead of a project
	DomainID    string
	DomainName  string
}

// isOpen reports whether the account of the scope is only known once the user has logged in.
func (s Scope) isOpen() bool {
	return (s.Account || s.ProjectName != "") && s.DomainID == "" && s.DomainName == ""
}

// Keystone logs in to IAM with what Keystone v3 takes. It is used by one goroutine at a time.
type Keystone struct {
	Way     string // for errors
	AuthURL string // with the version: https://iam.eu-de.otc.t-systems.com/v3
	Region  string // picks the endpoint of the catalog; may be empty
	Options KeystoneOptions
	Link    http.RoundTripper // to IAM
	Next    http.RoundTripper // to the service
	Now     func() time.Time
	Secrets *Secrets // learns the tokens

	spent bool // the passcode was used
}

// errSpent says why a token that took a passcode is not renewed.
var errSpent = errors.New("the token has ended, and the passcode of the second factor that it took is good only once: run the " +
	"command again with a new passcode, or log in with a token or an access key")

// Login gets a token: POST {auth_url}/auth/tokens. If the scope is in the user's own account and only the user's id is
// known, a first login without a scope tells the account.
func (k *Keystone) Login(ctx context.Context) (*Grant, error) {
	if k.spent {
		return nil, &LoginError{Way: k.Way, URL: k.tokensURL(), Err: errSpent, Final: true}
	}
	options := k.Options.gophercloud()
	if k.Options.Scope.isOpen() {
		unscoped, token, err := k.create(ctx, options)
		if err != nil {
			return nil, err
		}
		if user, err := unscoped.ExtractUser(); err == nil && user != nil {
			k.Options.Scope.DomainID = user.Domain.ID
		}
		if k.Options.Passcode != "" { // it cannot be used again, but the token it got can
			options = tokens.AuthOptions{TokenID: token}
		}
	}
	options.Scope = k.Options.Scope.gophercloud()
	issued := k.Now()
	created, token, err := k.create(ctx, options)
	if err != nil {
		return nil, err
	}
	grant := &Grant{
		Transport:  &Token{Value: token, Next: k.Next},
		Issued:     issued,
		RenewOn401: true,
	}
	k.learn(grant, created)
	return grant, nil
}

// create makes one login, and returns what IAM says of the token and the token itself.
func (k *Keystone) create(ctx context.Context, options tokens.AuthOptions) (tokens.CreateResult, string, error) {
	client, err := k.client()
	if err != nil {
		return tokens.CreateResult{}, "", k.failure(err)
	}
	created := tokens.Create(ctx, client, &options)
	if created.Err != nil {
		return created, "", k.failure(created.Err)
	}
	k.spent = k.spent || options.Passcode != ""
	token, err := created.ExtractTokenID()
	if err != nil || token == "" {
		return created, "", k.failure(errors.New("the response has no token in X-Subject-Token"))
	}
	k.Secrets.Add(token)
	return created, token, nil
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

// Inspect returns what IAM says of a token that somebody else logged in for: GET {auth_url}/auth/tokens. The token is
// given as what it authenticates.
func (k *Keystone) Inspect(ctx context.Context, token string) (*Grant, error) {
	client, err := k.client()
	if err != nil {
		return nil, k.failure(err)
	}
	client.SetToken(token)
	shown := tokens.Get(ctx, client, token)
	if shown.Err != nil {
		return nil, k.failure(shown.Err)
	}
	grant := &Grant{Transport: &Token{Value: token, Next: k.Next}}
	k.learn(grant, shown)
	return grant, nil
}

// description is what IAM says of a token.
type description interface {
	ExtractProject() (*tokens.Project, error)
	ExtractServiceCatalog() (*tokens.ServiceCatalog, error)
}

// learn takes over what is useful of a token and not needed: where it is missing, it is asked for elsewhere.
func (k *Keystone) learn(grant *Grant, token description) {
	if project, err := token.ExtractProject(); err == nil && project != nil {
		grant.ProjectID = project.ID
	}
	if catalog, err := token.ExtractServiceCatalog(); err == nil && catalog != nil {
		grant.Endpoint = imageEndpoint(catalog.Entries, k.Region)
	}
}

// Format hides the password, whatever the verb.
func (o KeystoneOptions) Format(f fmt.State, _ rune) {
	_, _ = io.WriteString(f, "Keystone options (hidden)")
}

// Format hides the password, whatever the verb.
func (k Keystone) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "Keystone login (hidden)") }

func (k *Keystone) tokensURL() string { return k.AuthURL + "/auth/tokens" }

func (k *Keystone) client() (*gophercloud.ServiceClient, error) {
	provider, err := openstack.NewClient(k.AuthURL)
	if err != nil {
		return nil, err
	}
	provider.HTTPClient = http.Client{Transport: capped{k.Link}, CheckRedirect: refuseRedirect}
	client, err := openstack.NewIdentityV3(provider, gophercloud.EndpointOpts{})
	if err != nil {
		return nil, err
	}
	client.Endpoint = strings.TrimRight(k.AuthURL, "/") + "/"
	return client, nil
}

func (k *Keystone) failure(err error) error {
	failed := &LoginError{Way: k.Way, URL: k.tokensURL()}
	var unexpected gophercloud.ErrUnexpectedResponseCode
	if !errors.As(err, &unexpected) {
		failed.Err = fault.WithoutURL(err)
		return failed
	}
	failed.answered(unexpected.Actual, unexpected.ResponseHeader, unexpected.Body, k.Secrets)
	return failed
}

// refuseRedirect hands a 3xx to the caller instead of following it: a password belongs to no other host.
func refuseRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
