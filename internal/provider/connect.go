package provider

import (
	"cmp"
	"context"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

// connection is an authenticated transport, the endpoint of the image service, and the project.
type connection struct {
	transport http.RoundTripper
	endpoint  string
	projectID string
}

// connect returns the connection for the given settings. It only logs in to IAM if the settings do not contain the
// project or the endpoint. Otherwise, the login is made at the first request to the image service.
//
// A login that is already open and valid for these settings can be shared; otherwise shared is nil.
func (p *imsProvider) connect(ctx context.Context, s *settings.Settings, shared http.RoundTripper) (connection, error) {
	base, err := auth.NewTransport(auth.TLS{Insecure: s.Insecure, CACert: s.CACert, Cert: s.Cert, Key: s.Key})
	if err != nil {
		return connection{}, err
	}
	tflog.Info(ctx, "Resolved provider settings", map[string]any{"settings": s.Summary()})

	dependencies := settings.Dependencies{Base: base, Now: p.now, Jitter: p.jitter}
	transport, granted := shared, &auth.Grant{}
	if transport == nil {
		if transport, granted, err = openLogin(ctx, s, dependencies); err != nil {
			return connection{}, err
		}
	}
	iam := s.IAM(transport, dependencies)
	if s.Role.IsSet() {
		iam = s.Role.IAM(s, transport, dependencies)
	}

	c := connection{transport: transport}
	c.endpoint, err = endpoint(ctx, s, granted, iam)
	if err != nil {
		return connection{}, err
	}
	c.projectID = cmp.Or(s.ProjectID.Text, granted.ProjectID)
	if c.projectID == "" {
		c.projectID, err = iam.FindProject(ctx, s.ProjectLookupName())
	}
	return c, err
}

// openLogin returns the transport of a login, with the role if there is one, and what the login granted as far as the
// settings do not contain it.
func openLogin(ctx context.Context, s *settings.Settings, d settings.Dependencies) (http.RoundTripper, *auth.Grant, error) {
	transport := s.Login.Open(s, d)
	granted, err := grantFromLogin(ctx, s, transport)
	if err != nil {
		return nil, nil, err
	}
	if s.Role.IsSet() {
		return s.Role.Open(s, transport, d), granted, nil
	}
	return transport, granted, nil
}

// grantFromLogin logs in and returns the project and the endpoint that the settings do not contain. It does not log in,
// and returns an empty grant, if the settings contain both or the login method provides neither.
func grantFromLogin(ctx context.Context, s *settings.Settings, transport http.RoundTripper) (*auth.Grant, error) {
	granter, ok := transport.(interface {
		Grant(ctx context.Context) (*auth.Grant, error)
	})
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
