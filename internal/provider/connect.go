package provider

import (
	"cmp"
	"context"
	"fmt"
	"net/http"

	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// connection is a way to the service: an authenticated transport, and where and what to call.
type connection struct {
	transport http.RoundTripper
	endpoint  string
	projectID string
}

// connect makes the connection that settings describe. It calls IAM for what they do not say, and for nothing else: a
// login that is not needed here waits for the first call of the service.
func (p *imsProvider) connect(ctx context.Context, s settings, secrets *auth.Secrets) (connection, error) {
	base, err := auth.NewTransport(auth.TLS{
		Insecure: s.insecure, CACert: s.caCert, Cert: s.cert, Key: s.key, Base: s.login.cloud.TLS,
	})
	if err != nil {
		return connection{}, err
	}
	tflog.Info(ctx, "logging in", map[string]any{"way": string(s.login.way), "from": s.login.from, "agency": s.role.agencyName})

	transport := p.authenticate(s, secrets, base)
	granted, err := p.learn(ctx, s, secrets, transport, base)
	if err != nil {
		return connection{}, err
	}
	if s.role.agencyName != "" {
		transport = p.assumeRole(s, secrets, transport, base)
	}

	c := connection{
		transport: transport,
		endpoint:  cmp.Or(s.endpoint, granted.Endpoint, s.builtEndpoint()),
		projectID: cmp.Or(s.projectID, granted.ProjectID),
	}
	if c.endpoint == "" {
		return c, fmt.Errorf("the service catalog has no image service in the region %q: set endpoint (environment: %s)",
			s.region, variables("endpoint"))
	}
	if c.projectID == "" {
		c.projectID, err = p.iam(s, secrets, transport).FindProject(ctx, cmp.Or(s.projectName, s.region))
	}
	return c, err
}

// learn asks the login for the project and the endpoint where the settings do not say them. That of an agency is
// another account's, of which the login knows nothing.
func (p *imsProvider) learn(
	ctx context.Context, s settings, secrets *auth.Secrets, transport, base http.RoundTripper,
) (*auth.Grant, error) {
	if s.role.agencyName != "" || s.projectID != "" && (s.endpoint != "" || !s.login.way.hasCatalog()) {
		return &auth.Grant{}, nil
	}
	if renewing, ok := transport.(*auth.Renewing); ok {
		return renewing.Grant(ctx)
	}
	if s.login.way != wayToken || s.authURL == "" || s.projectName != "" {
		return &auth.Grant{}, nil
	}
	return p.keystone(s, secrets, base).Inspect(ctx, s.login.token)
}

func (p *imsProvider) keystone(s settings, secrets *auth.Secrets, base http.RoundTripper) *auth.Keystone {
	return &auth.Keystone{
		Way: string(s.login.way), AuthURL: s.authURL, Region: s.region, Options: s.keystoneOptions(),
		Link: auth.NewPatient(base, s.maxRetries, p.jitter), Next: base, Now: p.now, Secrets: secrets,
	}
}

// authenticate returns a transport that logs in as the settings say.
func (p *imsProvider) authenticate(s settings, secrets *auth.Secrets, base http.RoundTripper) http.RoundTripper {
	l := s.login
	switch l.way {
	case wayToken:
		return &auth.Token{Value: l.token, Next: base}
	case wayPassword, wayCloud:
		return auth.NewRenewing(p.keystone(s, secrets, base).Login, p.now)
	case wayWebIdentity:
		identity := auth.WebIdentity{
			IdentityProvider: l.idpID, IDToken: l.idToken, IDTokenFile: l.idTokenFile,
			ProjectID: s.projectID, ProjectName: cmp.Or(s.projectName, s.region),
		}
		return auth.NewRenewing(p.iam(s, secrets, base).WebIdentity(identity, base, p.now), p.now)
	case wayMetadata:
		metadata := auth.Metadata{
			Way: string(l.way), URL: s.metadataURL, Link: auth.NewLocalTransport(), Next: base, Now: p.now, Secrets: secrets,
		}
		return auth.NewRenewing(metadata.Login, p.now)
	default: // keys, given or from a profile
	}
	return &auth.AccessKey{ID: l.accessKey, Secret: l.secretKey, SecurityToken: l.securityToken, Now: p.now, Next: base}
}

// assumeRole returns a transport with the rights of an agency, which the given one is used to take over.
func (p *imsProvider) assumeRole(s settings, secrets *auth.Secrets, transport, base http.RoundTripper) http.RoundTripper {
	role := auth.Role{
		AgencyName: s.role.agencyName, DomainName: s.role.domainName, DomainID: s.role.domainID, Duration: s.role.duration,
	}
	iam := p.iam(s, secrets, transport)
	iam.Way = string(wayRole)
	return auth.NewRenewing(iam.AssumeRole(role, base, p.now), p.now)
}

func (p *imsProvider) iam(s settings, secrets *auth.Secrets, transport http.RoundTripper) auth.IAM {
	return auth.IAM{
		Way: string(s.login.way), URL: s.authURL, Next: auth.NewPatient(transport, s.maxRetries, p.jitter), Secrets: secrets,
	}
}

// keystoneOptions are what Keystone logs in with. The token is to be good for a project: the one that is given, or the
// one that the clouds name after the region.
func (s settings) keystoneOptions() tokens.AuthOptions {
	options := s.login.cloud.Options
	if s.login.way == wayPassword {
		options = tokens.AuthOptions{
			Username: s.login.userName, UserID: s.login.userID, Password: s.login.password,
			DomainName: s.login.domainName, DomainID: s.login.domainID,
		}
		if options.UserID != "" {
			options.Username, options.DomainName, options.DomainID = "", "", ""
		}
	}
	if options.ApplicationCredentialID != "" || options.ApplicationCredentialName != "" {
		return options // it has its project
	}
	if s.projectID != "" {
		options.Scope = tokens.Scope{ProjectID: s.projectID}
		return options
	}
	if options.Scope.ProjectID == "" && options.Scope.ProjectName == "" {
		options.Scope = tokens.Scope{
			ProjectName: cmp.Or(s.projectName, s.region),
			DomainName:  s.login.domainName, DomainID: s.login.domainID,
		}
	}
	return options
}
