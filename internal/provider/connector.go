// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"net/http"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// connector makes the connections of a provider configuration: one to its own region and project, and others that resources
// ask for.
type connector struct {
	provider  *imsProvider
	input     settings.Input
	userAgent string

	own   *settings.Settings
	login login // of the own settings
	main  *service.Connection

	credentials *ims.Credentials // of the own login, which all clients with it share
	firstLogin  *auth.FirstLogin // of the own login and of those for other places
	locks       *store.FileLocks

	mu         sync.Mutex
	transports map[network]*auth.Transport
	stores     map[string]*store.Store // of the own login, by endpoint
	limiters   map[string]*ims.Limiter // by endpoint, since the service limits a user, whichever token is used
}

// network is what decides whether two logins can use the same connections. Regions do not share them: after a call without a
// response, a transport opens new connections, and a region that is down must not slow the others.
type network struct {
	region string
	tls    auth.TLS
}

func newConnector(p *imsProvider, in settings.Input, userAgent string) *connector {
	return &connector{
		provider: p, input: in, userAgent: userAgent,
		credentials: ims.NewCredentials(), firstLogin: auth.NewFirstLogin(), locks: store.NewFileLocks(store.FileLocksDir()),
		transports: make(map[network]*auth.Transport), stores: make(map[string]*store.Store), limiters: make(map[string]*ims.Limiter),
	}
}

// connectOwn makes the connection to the region and the project of the provider configuration.
func (c *connector) connectOwn(ctx context.Context, s *settings.Settings) (*service.Connection, error) {
	connected, err := c.dial(ctx, s, login{})
	if err != nil {
		return nil, err
	}
	opened, err := c.storeOf(s, connected, true)
	if err != nil {
		return nil, err
	}
	c.own, c.login = s, connected.login
	c.main = &service.Connection{ProjectID: connected.projectID, Store: opened}
	return c.main, nil
}

// dial connects over the transport of the region.
func (c *connector) dial(ctx context.Context, s *settings.Settings, shared login) (connection, error) {
	base, err := c.transportOf(s)
	if err != nil {
		return connection{}, err
	}
	dependencies := settings.Dependencies{
		Base: base, Now: c.provider.Now, Jitter: c.provider.Jitter, FirstLogin: c.firstLogin,
	}
	return connect(ctx, s, dependencies, shared)
}

func (c *connector) transportOf(s *settings.Settings) (*auth.Transport, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	key := network{s.Region.Text, auth.TLS{Insecure: s.Insecure, CACert: s.CACert, Cert: s.Cert, Key: s.Key}}
	if known, ok := c.transports[key]; ok {
		return known, nil
	}
	opened, err := auth.NewTransport(key.tls)
	if err == nil {
		c.transports[key] = opened
	}
	return opened, err
}

// connect makes the connection to another region or project. If the own login is valid there, it is used, and only another
// region needs a store of its own.
func (c *connector) connect(ctx context.Context, place service.Place) (*service.Connection, diag.Diagnostics) {
	in := c.input
	in.Target = settings.Target{Region: place.Region, ProjectID: place.ProjectID}
	in.Secrets = c.own.Secrets
	s, problems := settings.Resolve(in)
	if diags := explain.PlaceSettings(place.Region, place.ProjectID, problems); diags.HasError() {
		return nil, diags
	}
	if s.SharesLogin() && place.Region == "" {
		return &service.Connection{ProjectID: place.ProjectID, Store: c.main.Store}, nil
	}
	var shared login
	if s.SharesLogin() {
		shared = c.login
	}
	connected, err := c.dial(ctx, s, shared)
	if err != nil {
		return nil, diag.Diagnostics{explain.Place(place.Region, place.ProjectID, s, err)}
	}
	opened, err := c.storeOf(s, connected, s.SharesLogin())
	if err != nil {
		return nil, diag.Diagnostics{explain.Place(place.Region, place.ProjectID, s, err)}
	}
	return &service.Connection{
		ProjectID: connected.projectID, Store: opened, HasProjectNamed: hasProjectNamed(s, connected.transport),
	}, nil
}

// hasProjectNamed returns a function that reports whether a login that is bound to one project is valid for that with a name.
// It is nil for another login, and for a project that need not have the name of its region.
func hasProjectNamed(s *settings.Settings, transport http.RoundTripper) func(ctx context.Context, name string) bool {
	login, ok := transport.(granter)
	if !ok || s.SharesLogin() || s.HasRegionalProject {
		return nil
	}
	return func(ctx context.Context, name string) bool {
		granted, err := login.Grant(ctx)
		return err == nil && s.Login.HasProjectNamed(granted, name)
	}
}

// storeOf returns the store of a connection: that of its endpoint if the login is shared, or a new one.
func (c *connector) storeOf(s *settings.Settings, connected connection, shared bool) (*store.Store, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !shared {
		return c.open(s, connected, nil)
	}
	if known, ok := c.stores[connected.endpoint]; ok {
		return known, nil
	}
	opened, err := c.open(s, connected, c.credentials)
	if err == nil {
		c.stores[connected.endpoint] = opened
	}
	return opened, err
}

// open returns a store with a client of its own. Credentials are nil for a login that no other client has. It makes no call.
// The caller holds the lock.
func (c *connector) open(s *settings.Settings, connected connection, credentials *ims.Credentials) (*store.Store, error) {
	limiter, ok := c.limiters[connected.endpoint]
	if !ok {
		limiter = ims.NewLimiter(c.provider.Now, c.provider.Jitter, s.MaxRequestsPerSecond, s.MaxConcurrentRequests)
		c.limiters[connected.endpoint] = limiter
	}
	client, err := ims.NewClient(ims.Config{
		Endpoint:   connected.endpoint,
		Transport:  connected.transport,
		UserAgent:  c.userAgent,
		MaxRetries: s.MaxRetries,
		Observe:    logRequests(s.Secrets),
		Throttled:  logThrottling,
		Redact:     s.Secrets.Redact,
		Jitter:     c.provider.Jitter,
		Now:        c.provider.Now,

		Credentials: credentials,
		Limiter:     limiter,
	})
	if err != nil {
		return nil, err
	}
	return store.New(client, store.Options{
		Bulk: s.BulkReads, Locks: c.locks, Now: c.provider.Now,
	}), nil
}
