// SPDX-License-Identifier: MPL-2.0

package imstest

import "time"

// WithTokenLifetime sets the lifetime of the tokens that IAM issues. The default is 24 hours.
func WithTokenLifetime(lifetime time.Duration) Option {
	return func(s *Server) { s.iam.tokenLifetime = lifetime }
}

// WithKeyLifetime sets the lifetime of temporary keys. The default is one hour.
func WithKeyLifetime(lifetime time.Duration) Option {
	return func(s *Server) { s.iam.keyLifetime = lifetime }
}

// WithProject adds a project of the default region to the account of the user. A request for an unknown project is
// answered 400 IMG.0030.
func WithProject(id string) Option {
	return func(s *Server) { s.iam.accounts[id] = DomainID }
}

// WithNamedProject adds a project of the default region that IAM finds by name. Several projects may have the same name.
func WithNamedProject(name, id string) Option {
	return func(s *Server) {
		s.iam.projects = append(s.iam.projects, project{name, id, DomainID})
		s.iam.accounts[id] = DomainID
	}
}

// WithOwnProjectsOnly makes IAM refuse to list all projects, as it does for a user without that permission.
func WithOwnProjectsOnly() Option {
	return func(s *Server) { s.iam.ownOnly = true }
}

// WithSecondFactor makes IAM refuse a password without a passcode.
func WithSecondFactor() Option {
	return func(s *Server) { s.iam.secondFactor = true }
}

// WithoutAgency removes the agency of the machine, so that the metadata service issues no keys.
func WithoutAgency() Option {
	return func(s *Server) { s.iam.hasAgency = false }
}

// WithoutMetadataToken makes the metadata service one without tokens, as older ones are.
func WithoutMetadataToken() Option {
	return func(s *Server) { s.iam.metadataToken = "" }
}

// SetCatalog adds an entry to the service catalog.
func (s *Server) SetCatalog(service, region, url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	endpoint := map[string]any{"id": "e", "interface": "public", "region": region, "region_id": region, "url": url}
	s.iam.catalog = append(s.iam.catalog, map[string]any{
		"id": "s", "type": service, "name": service, "endpoints": []any{endpoint},
	})
}
