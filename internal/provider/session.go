// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/http"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// session is what the connections with the same credentials share.
type session struct {
	settings    *settings.Settings // of the first of them
	firstLogin  *auth.FirstLogin
	credentials *ims.Credentials        // of clients with the login
	login       login                   // empty if each project has a login of its own
	stores      map[string]*store.Store // with the login, by endpoint
}

// sessionOf returns the session with the credentials of some settings. Regions can have credentials of their own.
// It makes no call.
func (c *connector) sessionOf(s *settings.Settings, base http.RoundTripper) *session {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, known := range c.sessions {
		if s.HasCredentialsOf(known.settings) {
			return known
		}
	}
	opened := &session{
		settings: s, firstLogin: auth.NewFirstLogin(), credentials: ims.NewCredentials(), stores: make(map[string]*store.Store),
	}
	if s.SharesLogin() {
		opened.login = openLogin(s, c.dependencies(opened, base))
	}
	c.sessions = append(c.sessions, opened)
	return opened
}

// loginFor returns the login for a connection, whose requests are sent over base.
func (c *connector) loginFor(s *settings.Settings, shared *session, base http.RoundTripper) login {
	if s.SharesLogin() {
		return shared.login.over(base)
	}
	return openLogin(s, c.dependencies(shared, base))
}

func (c *connector) dependencies(shared *session, base http.RoundTripper) settings.Dependencies {
	return settings.Dependencies{
		Base: base, Now: c.provider.Now, Jitter: c.provider.Jitter, FirstLogin: shared.firstLogin,
	}
}
