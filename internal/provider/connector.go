package provider

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

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

	own       *settings.Settings
	transport http.RoundTripper // of the own login
	main      *service.Connection

	credentials *ims.Credentials // of the own login, which all clients with it share
	locks       *store.FileLocks

	mu       sync.Mutex
	stores   map[string]*store.Store // of the own login, by endpoint
	limiters map[string]*ims.Limiter // by endpoint, since the service limits a user, whichever token is used
}

func newConnector(p *imsProvider, in settings.Input, userAgent string) *connector {
	return &connector{
		provider: p, input: in, userAgent: userAgent, credentials: ims.NewCredentials(), locks: store.NewFileLocks(store.FileLocksDir()),
		stores: make(map[string]*store.Store), limiters: make(map[string]*ims.Limiter),
	}
}

// connectOwn makes the connection to the region and the project of the provider configuration.
func (c *connector) connectOwn(ctx context.Context, s *settings.Settings) (*service.Connection, error) {
	connected, err := c.provider.connect(ctx, s, nil)
	if err != nil {
		return nil, err
	}
	opened, err := c.storeOf(s, connected, true)
	if err != nil {
		return nil, err
	}
	c.own, c.transport = s, connected.transport
	c.main = &service.Connection{ProjectID: connected.projectID, Store: opened}
	return c.main, nil
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
	var shared http.RoundTripper
	if s.SharesLogin() {
		shared = c.transport
	}
	connected, err := c.provider.connect(ctx, s, shared)
	if err != nil {
		return nil, diag.Diagnostics{explain.Place(place.Region, place.ProjectID, s, err)}
	}
	opened, err := c.storeOf(s, connected, shared != nil)
	if err != nil {
		return nil, diag.Diagnostics{explain.Place(place.Region, place.ProjectID, s, err)}
	}
	return &service.Connection{ProjectID: strings.ToLower(connected.projectID), Store: opened}, nil
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
		limiter = ims.NewLimiter(c.provider.now, c.provider.jitter, s.MaxRequestsPerSecond, s.MaxConcurrentRequests)
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
		Jitter:     c.provider.jitter,
		Now:        c.provider.now,

		Credentials: credentials,
		Limiter:     limiter,
	})
	if err != nil {
		return nil, err
	}
	return store.New(client, store.Options{
		Bulk: s.BulkReads, Locks: c.locks, Now: c.provider.now,
	}), nil
}
