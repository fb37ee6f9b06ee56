package auth

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/gophercloud/gophercloud/v2"
	"github.com/gophercloud/gophercloud/v2/openstack"
	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
)

// imageServices are the types that the clouds give the image service in their catalogs.
var imageServices = []string{"ims", "imsv2", "image"}

// Keystone logs in to IAM with what Keystone v3 takes: a user and a password, an application credential, a token.
type Keystone struct {
	Way     string // for errors
	AuthURL string // with the version: https://iam.eu-de.otc.t-systems.com/v3
	Region  string // picks the endpoint of the catalog; may be empty
	Options tokens.AuthOptions
	Link    http.RoundTripper // to IAM
	Next    http.RoundTripper // to the service
	Now     func() time.Time
	Secrets *Secrets // learns the tokens
}

// Login gets a token: POST {auth_url}/auth/tokens.
func (k *Keystone) Login(ctx context.Context) (*Grant, error) {
	client, err := k.client()
	if err != nil {
		return nil, k.failure(err)
	}
	issued := k.Now()
	created := tokens.Create(ctx, client, &k.Options)
	token, err := created.ExtractToken()
	if err != nil {
		return nil, k.failure(err)
	}
	if token.ID == "" {
		return nil, k.failure(errors.New("the answer has no token in X-Subject-Token"))
	}
	k.Secrets.Add(token.ID)
	grant := &Grant{
		Transport:  &Token{Value: token.ID, Next: k.Next},
		Issued:     issued,
		RenewOn401: true,
	}
	k.learn(grant, created)
	return grant, nil
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
func (k Keystone) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "Keystone login (hidden)") }

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
	failed := &LoginError{Way: k.Way, URL: k.AuthURL + "/auth/tokens"}
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

// imageEndpoint returns the public endpoint of the image service in a region, without the API version.
func imageEndpoint(entries []tokens.CatalogEntry, region string) string {
	for _, service := range imageServices {
		for _, entry := range entries {
			if entry.Type != service {
				continue
			}
			for _, endpoint := range entry.Endpoints {
				if endpoint.Interface == "public" && (region == "" || endpoint.Region == region) {
					return withoutVersion(endpoint.URL)
				}
			}
		}
	}
	return ""
}

var apiVersion = regexp.MustCompile(`^(https?://[^/]+.*?)/v[0-9][^/]*(/.*)?$`)

// withoutVersion cuts the API version, and a project behind it, off the URL of a catalog.
func withoutVersion(url string) string {
	return strings.TrimRight(apiVersion.ReplaceAllString(url, "$1"), "/")
}
