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
	main  *service.Connection
	locks *store.FileLocks

	mu         sync.Mutex
	transports map[network]*auth.Transport
	sessions   []*session              // by credentials
	limiters   map[string]*ims.Limiter // by endpoint, since the service limits a user, whichever token is used
}

// network is what decides whether the calls of two connections can use the same network connections. Regions do not share them,
// even if they share a login: after a call without a response, a transport opens new connections, and a region that is down must
// not slow the others. The login itself is made over the network of the region that needs it first.
type network struct {
	region string
	tls    auth.TLS
}

func newConnector(p *imsProvider, in settings.Input, userAgent string) *connector {
	return &connector{
		provider: p, input: in, userAgent: userAgent,
		locks:      store.NewFileLocks(store.FileLocksDir()),
		transports: make(map[network]*auth.Transport), limiters: make(map[string]*ims.Limiter),
	}
}

// connectOwn makes the connection to the region and the project of the provider configuration.
func (c *connector) connectOwn(ctx context.Context, s *settings.Settings) (*service.Connection, error) {
	connected, opened, err := c.dial(ctx, s)
	if err != nil {
		return nil, err
	}
	c.own = s
	c.main = &service.Connection{ProjectID: connected.projectID, Store: opened}
	return c.main, nil
}

// dial connects over the transport of the region, with the login that is open for its credentials if that is valid there.
func (c *connector) dial(ctx context.Context, s *settings.Settings) (connection, *store.Store, error) {
	base, err := c.transportOf(s)
	if err != nil {
		return connection{}, nil, err
	}
	shared := c.sessionOf(s, base)
	connected, err := connect(ctx, s, c.dependencies(shared, base), c.loginFor(s, shared, base))
	if err != nil {
		return connection{}, nil, err
	}
	opened, err := c.storeOf(s, connected, shared)
	return connected, opened, err
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

// connect makes the connection to another region or project. If one login is valid for all projects, another project of the own
// region needs no connection of its own.
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
	connected, opened, err := c.dial(ctx, s)
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
func (c *connector) storeOf(s *settings.Settings, connected connection, shared *session) (*store.Store, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !s.SharesLogin() {
		return c.open(s, connected, nil)
	}
	if known, ok := shared.stores[connected.endpoint]; ok {
		return known, nil
	}
	opened, err := c.open(s, connected, shared.credentials)
	if err == nil {
		shared.stores[connected.endpoint] = opened
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
