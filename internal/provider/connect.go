// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

// login is an authenticated transport, and the account of an access key that it signs with; nil for another login.
type login struct {
	transport http.RoundTripper
	account   *auth.Account
}

// connection is a login, the endpoint of the image service, and the project.
type connection struct {
	login

	endpoint  string
	projectID string
}

// granter is the transport of a login that returns what it is valid for.
type granter interface {
	Grant(ctx context.Context) (*auth.Grant, error)
}

// reconnecter is the transport of a login that is valid in all regions. Over returns one whose requests are sent over next.
type reconnecter interface {
	Over(next http.RoundTripper) http.RoundTripper
}

// over returns the login for the requests to a region, which are sent over the connections of that region.
func (l login) over(base http.RoundTripper) login {
	if shared, ok := l.transport.(reconnecter); ok {
		l.transport = shared.Over(base)
	}
	return l
}

// connect returns the connection for the given settings. It only logs in to IAM if the settings do not contain the
// project or the endpoint. Otherwise, the login is made at the first request to the image service.
func connect(ctx context.Context, s *settings.Settings, d settings.Dependencies, l login) (connection, error) {
	tflog.Info(ctx, "Resolved provider settings", map[string]any{"settings": s.Summary()})

	granted, err := grantFromLogin(ctx, s, l.transport)
	if err != nil {
		return connection{}, err
	}
	iam := newIAM(s, l.transport, d)
	iam.Account = l.account

	c := connection{login: l}
	c.endpoint, err = endpoint(ctx, s, granted, iam)
	if err != nil {
		return connection{}, err
	}
	c.projectID = cmp.Or(s.ProjectID.Text, granted.ProjectID)
	if c.projectID == "" {
		c.projectID, err = iam.FindProject(ctx, s.ProjectLookupName())
	}
	c.projectID = strings.ToLower(c.projectID)
	return c, err
}

// openLogin returns the login of the settings, with the role if there is one. It makes no call.
func openLogin(s *settings.Settings, d settings.Dependencies) login {
	transport := s.Login.Open(s, d)
	if s.Role.IsSet() {
		transport = s.Role.Open(s, transport, d)
	}
	return login{transport: transport, account: newIAM(s, transport, d).Account}
}

// newIAM returns a client of IAM that authenticates with the login, or with the role if there is one.
func newIAM(s *settings.Settings, transport http.RoundTripper, d settings.Dependencies) auth.IAM {
	if s.Role.IsSet() {
		return s.Role.IAM(s, transport, d)
	}
	return s.IAM(transport, d)
}

// grantFromLogin logs in and returns the project and the endpoint that the settings do not contain. It does not log in,
// and returns an empty grant, if the settings contain both or neither the login method nor the role provides them.
func grantFromLogin(ctx context.Context, s *settings.Settings, transport http.RoundTripper) (*auth.Grant, error) {
	granter, ok := transport.(granter)
	if !ok || !s.ProjectFromLogin() && !s.EndpointFromLogin() {
		return &auth.Grant{}, nil
	}
	granted, err := granter.Grant(ctx)
	if err != nil || s.ProjectFromLogin() {
		return granted, err
	}
	return &auth.Grant{Endpoint: granted.Endpoint}, nil
}

// endpoint returns the URL of the image service: the configured endpoint, the endpoint in the service catalog of the
// login, or the endpoint of the region. If none of them is known, it requests the service catalog from IAM.
func endpoint(ctx context.Context, s *settings.Settings, granted *auth.Grant, iam auth.IAM) (string, error) {
	if known := cmp.Or(s.Endpoint.Text, granted.Endpoint, s.RegionalEndpoint.Text); known != "" {
		return known, nil
	}
	var found string
	var err error
	if !s.EndpointFromLogin() { // otherwise, the catalog of the login has been searched
		found, err = iam.FindEndpoint(ctx, s.Region.Text)
	}
	if err == nil && found == "" {
		err = fmt.Errorf("the service catalog has no image service in the region %q, and the endpoint does not follow from auth_url: "+
			"set endpoint (environment: %s) or, for several regions, endpoints", s.Region.Text, settings.Variables("endpoint")[0])
	}
	return found, err
}
