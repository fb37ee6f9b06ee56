// SPDX-License-Identifier: MPL-2.0

package imstest

import "time"

// Credentials that every server accepts.
//
//nolint:gosec // they are of no use outside this mock
const (
	Token             = "mock-token-6f1ed002ab5595859014ebf0951522d9"
	AccessKey         = "MOCKACCESSKEY0000001"
	SecretKey         = "mock-secret-key-0d4c1b7a9e8f6532"
	TempAccessKey     = "MOCKACCESSKEY0000002"
	TempSecretKey     = "mock-temporary-secret-key-93b2"
	TempSecurityToken = "mock-security-token-71c0a4e5d8f2b396"
)

// accessKey is an access key that the server accepts.
type accessKey struct {
	secret  string
	token   string    // security token of a temporary key: has to be sent and signed
	account string    // empty: DomainID
	expires time.Time // zero: never
}

// hasExpired reports whether a time has come. The zero time never does.
func (s *Server) hasExpired(t time.Time) bool { return !t.IsZero() && !s.now().Before(t) }

// WithAccessKey adds an access key that the server accepts. The security token of a permanent key is empty.
func WithAccessKey(id, secret, securityToken string) Option {
	return func(s *Server) { s.iam.keys[id] = accessKey{secret: secret, token: securityToken} }
}

// WithToken adds a token that the server accepts. Like [Token], it is valid for the project [ProjectID].
func WithToken(token string) Option {
	return func(s *Server) { s.iam.tokens[token] = issuedToken{project: ProjectID} }
}

// WithTokenCheck sets a function that checks tokens the server does not know, such as those of a real Keystone. A token
// that it accepts is valid for all projects of all regions.
func WithTokenCheck(accept func(token string) bool) Option {
	return func(s *Server) { s.iam.acceptToken = accept }
}

// RevokeTokens ends all tokens that IAM issued, as a change of the password does.
func (s *Server) RevokeTokens() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for token, issued := range s.iam.tokens {
		if issued.byIAM {
			s.iam.tokens[token] = issuedToken{expires: s.now()}
		}
	}
}

// ExpireToken ends a token. From then on, it is answered 401 APIGW.0307.
func (s *Server) ExpireToken(token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.iam.tokens[token] = issuedToken{expires: s.now()}
}
