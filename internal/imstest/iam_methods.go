// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"net/http"
	"slices"
	"strconv"
)

// createToken answers a login. Like Keystone, it looks up the scope before it checks the credentials.
func (s *Server) createToken(body []byte) Answer {
	sent, refusal, ok := readLogin(body)
	if !ok {
		return refusal
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	wanted, refusal, ok := s.scopeOf(sent)
	if !ok {
		return refusal
	}
	wanted.methods, wanted.expires = slices.Clone(sent.methods), s.now().Add(s.iam.tokenLifetime)
	for _, method := range sent.methods {
		if refusal, ok := s.checkMethod(method, sent, &wanted); !ok {
			return refusal
		}
	}
	if len(sent.methods) == 0 || s.iam.secondFactor && !bothFactors(wanted.methods) {
		return unauthorized()
	}
	if slices.Contains(sent.methods, byPasscode) {
		s.iam.usedPasscodes++ // each is valid once; a failed login does not use it up
	}
	return s.issueToken(wanted)
}

func bothFactors(methods []string) bool {
	return slices.Contains(methods, byPassword) && slices.Contains(methods, byPasscode)
}

// scopeOf returns a token with the scope that a login requests.
func (s *Server) scopeOf(sent login) (issuedToken, Answer, bool) {
	if slices.Contains(sent.methods, byCredential) {
		return s.scopeOfCredential(sent)
	}
	return s.lookUpScope(sent.scope)
}

func (s *Server) lookUpScope(wanted scope) (issuedToken, Answer, bool) {
	switch {
	case wanted.Project != nil:
		id, refusal, ok := s.lookUpProject(wanted.Project)
		return issuedToken{project: id}, refusal, ok
	case wanted.Domain != nil:
		if !isOwnDomain(wanted.Domain) {
			return issuedToken{}, unauthorized(), false
		}
		return issuedToken{domain: DomainID}, Answer{}, true
	}
	return issuedToken{}, Answer{}, true
}

// lookUpProject finds the project of a scope, by its id or by its name in an account. As in all of Keystone, the name
// takes precedence if both are sent.
func (s *Server) lookUpProject(wanted *reference) (id string, refusal Answer, ok bool) {
	if wanted.name() == "" {
		return wanted.id(), unauthorized(), s.iam.accounts[wanted.id()] == DomainID
	}
	if wanted.Domain == nil {
		return "", badRequest("domain", "project"), false
	}
	at := slices.IndexFunc(s.iam.projects, func(p project) bool { return p.name == wanted.name() && p.account == DomainID })
	if at < 0 || !isOwnDomain(wanted.Domain) {
		return "", unauthorized(), false
	}
	return s.iam.projects[at].id, Answer{}, true
}

// isOwnDomain reports whether an account is the one of the user.
func isOwnDomain(domain *reference) bool {
	if domain.name() != "" {
		return domain.name() == DomainName
	}
	return domain.id() == DomainID
}

// scopeOfCredential returns a token for the project of an application credential, which cannot request another scope.
func (s *Server) scopeOfCredential(sent login) (issuedToken, Answer, bool) {
	given, own := sent.credential, issuedToken{project: ProjectID}
	if sent.hasScope {
		refusal := iamError(http.StatusUnauthorized, "Error authenticating with application credential: "+
			"Application credentials cannot request a scope.")
		return own, refusal, false
	}
	if given.ID != "" {
		missing := iamError(http.StatusNotFound, "Could not find Application Credential: "+given.ID+".")
		return own, missing, given.ID == ApplicationCredentialID
	}
	if given.Name == "" {
		return own, badRequest("name or ID", "application credential"), false
	}
	if given.User == nil {
		return own, badRequest("user", "application credential"), false
	}
	if refusal, ok := checkUser(given.User); !ok {
		return own, refusal, false
	}
	return own, unauthorized(), given.Name == ApplicationCredentialName
}

// checkMethod returns the refusal of one of the methods of a login. If the method is a token, the new token inherits its
// methods and its expiry.
func (s *Server) checkMethod(method string, sent login, wanted *issuedToken) (Answer, bool) {
	switch method {
	case byPassword:
		if refusal, ok := checkUser(sent.password.User); !ok {
			return refusal, false
		}
		return wrongPassword(), sent.password.User.Password == Password
	case byPasscode:
		if refusal, ok := checkUser(sent.totp.User); !ok {
			return refusal, false
		}
		if sent.totp.User.id() == "" { // which the vendor's IAM requires, other than Keystone
			return badRequest("id", "user"), false
		}
		return unauthorized(), sent.totp.User.Passcode == s.passcode()
	case byToken:
		return s.checkOldToken(sent.token.id(), wanted)
	default:
		return unauthorized(), sent.credential.Secret == ApplicationCredentialSecret
	}
}

// passcode returns the one that is currently valid.
func (s *Server) passcode() string {
	first, _ := strconv.Atoi(Passcode)
	return strconv.Itoa(first + s.iam.usedPasscodes)
}

// wrongPassword has the text of the vendor's IAM, which is more specific than that of Keystone.
func wrongPassword() Answer {
	return iamError(http.StatusUnauthorized, "The username or password is wrong.")
}

// checkUser returns the refusal of a user who is not named or does not exist.
func checkUser(u *user) (Answer, bool) {
	switch {
	case u == nil:
		return badRequest("user", "None"), false // Keystone really says None
	case u.id() == "" && u.name() == "":
		return badRequest("id or name", "user"), false
	case u.name() == "":
		return wrongPassword(), u.id() == UserID
	case u.Domain == nil:
		return badRequest("domain", "user"), false
	case u.Domain.id() == "" && u.Domain.name() == "":
		return badRequest("id or name", "domain"), false
	}
	return wrongPassword(), u.name() == UserName && isOwnDomain(u.Domain)
}

// checkOldToken returns the refusal of a token that is to be exchanged for another one.
func (s *Server) checkOldToken(token string, wanted *issuedToken) (Answer, bool) {
	old, refusal, ok := s.subject(token)
	if !ok {
		return refusal, false
	}
	if slices.Contains(old.methods, byCredential) {
		return forbidden("Using a delegated token to create another token is not allowed."), false
	}
	wanted.methods = append(wanted.methods, old.methods...)
	if !old.expires.IsZero() && old.expires.Before(wanted.expires) {
		wanted.expires = old.expires
	}
	return Answer{}, true
}
