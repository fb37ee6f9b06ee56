// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// issuedToken is a token that the server knows.
type issuedToken struct {
	project string // empty: none
	domain  string // the account, of a token without a project; empty: none
	byIAM   bool   // issued for a login
	methods []string
	expires time.Time // zero: never
}

// issueToken answers with a new token.
func (s *Server) issueToken(issued issuedToken) Answer {
	issued.byIAM = true
	s.iam.issued++
	token := fmt.Sprintf("mock-issued-token-%d-b4d7", s.iam.issued)
	s.iam.tokens[token] = issued
	answer := okJSON(s.tokenBody(issued))
	answer.Status = http.StatusCreated
	answer.Header = http.Header{"X-Subject-Token": {token}}
	return answer
}

// subject returns the token that a call refers to.
func (s *Server) subject(token string) (issuedToken, Answer, bool) {
	if token == "" {
		return issuedToken{}, iamError(http.StatusNotFound, "No token in the request"), false
	}
	issued, known := s.iam.tokens[token]
	if !known {
		return issued, iamError(http.StatusNotFound, "Could not recognize Fernet token"), false
	}
	if s.hasExpired(issued.expires) {
		return issued, iamError(http.StatusNotFound, "Failed to validate token"), false
	}
	return issued, Answer{}, true
}

func (s *Server) showToken(token string) Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	if token == "" {
		return forbidden("identity:validate_token")
	}
	issued, refusal, ok := s.subject(token)
	if !ok {
		return refusal
	}
	answer := okJSON(s.tokenBody(issued))
	answer.Header = http.Header{"X-Subject-Token": {token}}
	return answer
}

// tokenBody describes a token.
func (s *Server) tokenBody(issued issuedToken) map[string]any {
	account := map[string]any{"id": DomainID, "name": DomainName}
	expires := issued.expires
	if expires.IsZero() {
		expires = s.now().Add(s.iam.tokenLifetime)
	}
	body := map[string]any{
		"methods":    issued.methods,
		"expires_at": expires.UTC().Format(time.RFC3339Nano),
		"issued_at":  s.now().UTC().Format(time.RFC3339Nano),
		"user":       map[string]any{"id": UserID, "name": UserName, "domain": account},
	}
	if issued.domain != "" {
		body["domain"] = account
	}
	if issued.project != "" {
		body["project"] = map[string]any{"id": issued.project, "name": s.projectName(issued.project), "domain": account}
	}
	if cmp.Or(issued.project, issued.domain) != "" {
		body["roles"] = []map[string]any{{"id": "r", "name": "te_admin"}}
		body["catalog"] = s.iam.catalog
	}
	return map[string]any{"token": body}
}

func (s *Server) projectName(id string) string {
	for _, p := range s.iam.projects {
		if p.id == id {
			return p.name
		}
	}
	return ""
}

// webIdentity exchanges an id token for a token. Unlike Keystone, this call accepts the name of a project without an
// account.
func (s *Server) webIdentity(r *http.Request, body []byte) Answer {
	var sent struct {
		Auth struct {
			IDToken reference `json:"id_token"`
			Scope   scope     `json:"scope"`
		} `json:"auth"`
	}
	if json.Unmarshal(body, &sent) != nil {
		return iamError(http.StatusBadRequest, "Invalid parameter.")
	}
	if r.Header.Get("X-Idp-Id") != IdentityProvider || sent.Auth.IDToken.id() != IDToken {
		return iamError(http.StatusUnauthorized, "The id token is invalid.")
	}
	if wanted := sent.Auth.Scope.Project; wanted != nil && wanted.Domain == nil {
		account := DomainID
		wanted.Domain = &reference{ID: &account}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	issued, refusal, ok := s.lookUpScope(sent.Auth.Scope)
	if !ok {
		return refusal
	}
	issued.methods, issued.expires = []string{"id_token"}, s.now().Add(s.iam.tokenLifetime)
	return s.issueToken(issued)
}
