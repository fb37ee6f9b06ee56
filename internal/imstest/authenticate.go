// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"cmp"
	"net/http"
)

// Error codes of a caller that the gateway does not accept.
const (
	codeUnauthenticated = "APIGW.0301"
	codeTokenExpired    = "APIGW.0307" // or the token belongs to another region
)

// caller is who sent a request.
type caller struct {
	account     string
	token       bool   // authenticated with a token instead of keys
	project     string // of the token; empty if it has none
	region      string // of the token's project; empty if the token is valid in all regions
	allProjects bool   // the token is valid for all projects of its region
}

// authenticate returns the caller, or the refusal. A request with both a token and a signature needs both to be valid.
func (s *Server) authenticate(r *http.Request, body []byte) (caller, Answer, bool) {
	token, authorization := r.Header.Get("X-Auth-Token"), r.Header.Get("Authorization")
	if token == "" && authorization == "" {
		return caller{}, unauthenticated(codeUnauthenticated, "no token or signature"), false
	}
	var who caller
	if token != "" {
		var refusal Answer
		var ok bool
		if who, refusal, ok = s.checkToken(token); !ok {
			return caller{}, refusal, false
		}
	}
	if authorization != "" {
		account, err := s.verify(r, authorization, body)
		if err != nil {
			return caller{}, unauthenticated(codeUnauthenticated, "verify aksk signature fail, "+err.Error()), false
		}
		who = caller{account: account}
	}
	return who, Answer{}, true
}

func (s *Server) checkToken(token string) (caller, Answer, bool) {
	s.mu.Lock()
	issued, known := s.iam.tokens[token]
	s.mu.Unlock()
	if !known && s.iam.acceptToken != nil && s.iam.acceptToken(token) {
		return caller{account: DomainID, token: true, allProjects: true}, Answer{}, true
	}
	if !known {
		return caller{}, unauthenticated(codeUnauthenticated, "decrypt token fail"), false
	}
	if s.hasExpired(issued.expires) {
		return caller{}, unauthenticated(codeTokenExpired, "the token has expired"), false
	}
	who := caller{account: DomainID, token: true, project: issued.project}
	if issued.project != "" {
		who.region = s.regions.of(issued.project)
	}
	return who, Answer{}, true
}

// authorize refuses a caller of an image service whose token or keys are not valid for the region or the project.
func (s *Server) authorize(who caller, request *Request) (Answer, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if request.Operation == ListImages {
		request.ProjectID = cmp.Or(who.project, request.ProjectID)
	}
	account, known := s.iam.accounts[request.ProjectID]
	known = known && s.regions.of(request.ProjectID) == request.Region
	switch {
	case who.token && who.project == "" && !who.allProjects:
		return unauthenticated(codeUnauthenticated, "the token has no project"), false
	case who.region != "" && who.region != request.Region:
		return unauthenticated(codeTokenExpired, "the token belongs to another region"), false
	case !known, account != who.account, who.token && !who.allProjects && who.project != request.ProjectID:
		return IMSError(http.StatusBadRequest, codeWrongProject, "The project ID in the URL does not match the token."), false
	}
	return Answer{}, true
}

func unauthenticated(code, reason string) Answer {
	return GatewayError(http.StatusUnauthorized, code, "Incorrect IAM authentication information: "+reason)
}
