package imstest

import "time"

// WithTokenLife sets how long a token that IAM issues is good for. The default is a day.
func WithTokenLife(life time.Duration) Option {
	return func(s *Server) { s.iam.tokenLife = life }
}

// WithKeyLife sets how long temporary keys are good for. The default is an hour.
func WithKeyLife(life time.Duration) Option {
	return func(s *Server) { s.iam.keyLife = life }
}

// WithNamedProject adds a project that IAM knows by its name. Several may have the same.
func WithNamedProject(name, id string) Option {
	return func(s *Server) {
		s.iam.projects = append(s.iam.projects, project{name, id, DomainID})
		s.projects[id] = DomainID
	}
}

// WithoutProjects makes IAM know no project by name.
func WithoutProjects() Option {
	return func(s *Server) { s.iam.projects = nil }
}

// WithOwnProjectsOnly makes IAM refuse to list all projects, as it does for users without the right.
func WithOwnProjectsOnly() Option {
	return func(s *Server) { s.iam.ownOnly = true }
}

// WithSecondFactor makes IAM refuse a password without a passcode.
func WithSecondFactor() Option {
	return func(s *Server) { s.iam.secondFactor = true }
}

// WithoutAgency takes the agency from the machine: its metadata service gives no keys out.
func WithoutAgency() Option {
	return func(s *Server) { s.iam.hasAgency = false }
}

// WithoutMetadataToken makes the metadata service one that has no tokens of its own, as older ones are.
func WithoutMetadataToken() Option {
	return func(s *Server) { s.iam.metadata = "" }
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
