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

// connection is a way to the service: an authenticated transport, and where and what to call.
type connection struct {
	transport http.RoundTripper
	endpoint  string
	projectID string
}

// connect makes the connection that settings describe. It calls IAM for what they do not say, and for nothing else: a
// login that is not needed here waits for the first call of the service.
func (p *imsProvider) connect(ctx context.Context, s *settings.Settings) (connection, error) {
	base, err := auth.NewTransport(auth.TLS{Insecure: s.Insecure, CACert: s.CACert, Cert: s.Cert, Key: s.Key})
	if err != nil {
		return connection{}, err
	}
	tflog.Info(ctx, "logging in", map[string]any{"settings": s.Summary()})

	dial := settings.Dial{Base: base, Now: p.now, Jitter: p.jitter}
	transport := s.Login.Open(s, dial)
	iam := s.IAM(transport, dial)
	granted, err := learn(ctx, s, transport)
	if err != nil {
		return connection{}, err
	}
	if s.Role.IsSet() {
		transport = s.Role.Open(s, transport, dial)
		iam = s.Role.IAM(s, transport, dial)
	}

	c := connection{transport: transport}
	c.endpoint, err = endpoint(ctx, s, granted, iam)
	if err != nil {
		return connection{}, err
	}
	c.projectID = cmp.Or(s.ProjectID.Text, granted.ProjectID)
	if c.projectID == "" {
		c.projectID, err = iam.FindProject(ctx, s.LookUpName())
	}
	return c, err
}

// learn asks the login for the project and the endpoint where the settings do not say them.
func learn(ctx context.Context, s *settings.Settings, transport http.RoundTripper) (*auth.Grant, error) {
	granter, ok := transport.(interface {
		Grant(ctx context.Context) (*auth.Grant, error)
	})
	if !ok || !s.TellsProject() && !s.TellsEndpoint() {
		return &auth.Grant{}, nil
	}
	granted, err := granter.Grant(ctx)
	if err != nil || s.TellsProject() {
		return granted, err
	}
	return &auth.Grant{Endpoint: granted.Endpoint}, nil
}

// endpoint returns the URL of the service: the configured one, or that of the service catalog that came with the login, or
// that of the region. Where the cloud's hosts do not follow from the region, the service catalog is asked.
func endpoint(ctx context.Context, s *settings.Settings, granted *auth.Grant, iam auth.IAM) (string, error) {
	if known := cmp.Or(s.Endpoint.Text, granted.Endpoint, s.Built.Text); known != "" {
		return known, nil
	}
	var found string
	var err error
	if !s.TellsEndpoint() { // its catalog has been looked at
		found, err = iam.FindEndpoint(ctx, s.Region.Text)
	}
	if err == nil && found == "" {
		err = fmt.Errorf("the service catalog has no image service in the region %q, and the address does not follow from auth_url: set "+
			"endpoint (environment: %s)", s.Region.Text, settings.Variables("endpoint")[0])
	}
	return found, err
}
