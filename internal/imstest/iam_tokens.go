package imstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// issuedToken is a token that is good.
type issuedToken struct {
	project    string // empty: it has none
	everywhere bool   // it is good for every project
	byIAM      bool   // it was issued for a login
	expires    time.Time
}

// named is something that a request names by its id, or by its name.
type named struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Domain *named `json:"domain"` // that the name is in
}

// scope is what a token is to be good for.
type scope struct {
	Project *named `json:"project"`
	Domain  *named `json:"domain"`
}

// tokenRequest is the body of a login. Keystone ignores what it does not know.
type tokenRequest struct {
	Auth struct {
		Identity struct {
			Methods  []string `json:"methods"`
			Password struct {
				User user `json:"user"`
			} `json:"password"`
			TOTP struct {
				User user `json:"user"`
			} `json:"totp"`
			Token                 named `json:"token"`
			ApplicationCredential struct {
				ID     string `json:"id"`
				Name   string `json:"name"`
				Secret string `json:"secret"`
				User   *user  `json:"user"`
			} `json:"application_credential"`
		} `json:"identity"`
		Scope *scope `json:"scope"`
	} `json:"auth"`
}

type user struct {
	named
	Password string `json:"password"`
	Passcode string `json:"passcode"`
}

// createToken answers a login as Keystone does.
func (s *Server) createToken(body []byte) reply {
	var sent tokenRequest
	if json.Unmarshal(body, &sent) != nil || len(sent.Auth.Identity.Methods) == 0 {
		return iamFault(http.StatusBadRequest, "Expecting to find methods in identity. The server could not comply with the request "+
			"since it is "+
			"either malformed or otherwise incorrect. The client is assumed to be in error.", "")
	}
	wanted := sent.Auth.Scope
	for _, method := range sent.Auth.Identity.Methods {
		if refusal, ok := s.checkMethod(method, sent); !ok {
			return refusal
		}
		if method == "application_credential" {
			wanted = &scope{Project: &named{ID: ProjectID}}
		}
	}
	if s.iam.secondFactor && slices.Equal(sent.Auth.Identity.Methods, []string{"password"}) {
		return unauthorized()
	}
	return s.issueToken(sent.Auth.Identity.Methods, wanted)
}

// checkMethod returns the refusal of one of the methods that a login uses.
func (s *Server) checkMethod(method string, sent tokenRequest) (reply, bool) {
	identity := sent.Auth.Identity
	switch method {
	case "password":
		return checkPassword(identity.Password.User)
	case "totp":
		return s.checkPasscode(identity.TOTP.User)
	case "token":
		_, refusal, ok := s.checkToken(identity.Token.ID)
		return refusal, ok
	case "application_credential":
		c := identity.ApplicationCredential
		return checkApplicationCredential(c.ID, c.Name, c.Secret, c.User, sent.Auth.Scope)
	default:
		return unauthorized(), false
	}
}

func unauthorized() reply {
	return iamFault(http.StatusUnauthorized, "The request you have made requires authentication.", "")
}

func badRequest(missing, in string) reply {
	return iamFault(http.StatusBadRequest, fmt.Sprintf("Expecting to find %s in %s. The server could not comply with the request "+
		"since it is either "+
		"malformed or otherwise incorrect. The client is assumed to be in error.", missing, in), "")
}

// isUser returns the refusal of a user that is not named, or is not there.
func isUser(u named) (reply, bool) {
	switch {
	case u.ID == "" && u.Name == "":
		return badRequest("id or name", "user"), false
	case u.ID == "" && (u.Domain == nil || u.Domain.ID == "" && u.Domain.Name == ""):
		return badRequest("domain", "user"), false
	case u.ID == UserID, u.ID == "" && u.Name == UserName && isOwn(u.Domain):
		return reply{}, true
	}
	return iamFault(http.StatusUnauthorized, "The username or password is wrong.", ""), false
}

// isOwn reports whether an account is the user's.
func isOwn(domain *named) bool {
	if domain.ID != "" {
		return domain.ID == DomainID
	}
	return domain.Name == DomainName
}

func checkPassword(u user) (reply, bool) {
	if refusal, ok := isUser(u.named); !ok {
		return refusal, false
	}
	if u.Password != Password {
		return iamFault(http.StatusUnauthorized, "The username or password is wrong.", ""), false
	}
	return reply{}, true
}

// checkPasscode takes each passcode once.
func (s *Server) checkPasscode(u user) (reply, bool) {
	if refusal, ok := isUser(u.named); !ok {
		return refusal, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	first, _ := strconv.Atoi(Passcode)
	if u.Passcode != strconv.Itoa(first+s.iam.passcodes) {
		return unauthorized(), false
	}
	s.iam.passcodes++
	return reply{}, true
}

func checkApplicationCredential(id, name, secret string, owner *user, wanted *scope) (reply, bool) {
	if id == "" {
		if owner == nil {
			return badRequest("user", "application_credential"), false
		}
		if refusal, ok := isUser(owner.named); !ok {
			return refusal, false
		}
	}
	known := id == ApplicationCredentialID || id == "" && name == ApplicationCredentialName
	if !known || secret != ApplicationCredentialSecret || wanted != nil {
		return unauthorized(), false
	}
	return reply{}, true
}

// issueToken answers a token for a scope.
func (s *Server) issueToken(methods []string, wanted *scope) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	issued := issuedToken{byIAM: true, expires: s.now().Add(s.iam.tokenLife)}
	if wanted != nil && wanted.Project != nil {
		id, refusal, ok := s.scopedProject(*wanted.Project)
		if !ok {
			return refusal
		}
		issued.project = id
	}
	if wanted != nil && wanted.Domain != nil && !isOwn(wanted.Domain) {
		return unauthorized()
	}
	s.iam.issued++
	token := fmt.Sprintf("mock-issued-token-%d-b4d7", s.iam.issued)
	s.tokens[token] = issued
	answer := okJSON(s.tokenBody(methods, issued))
	answer.status = http.StatusCreated
	answer.header = http.Header{"X-Subject-Token": {token}}
	return answer
}

// scopedProject finds the project of a scope: by its id, or by its name in an account.
func (s *Server) scopedProject(wanted named) (id string, refusal reply, ok bool) {
	missing := iamFault(http.StatusUnauthorized, "The project does not exist.", "")
	if wanted.ID != "" {
		return wanted.ID, missing, s.projects[wanted.ID] == DomainID
	}
	if wanted.Domain == nil || wanted.Domain.ID == "" && wanted.Domain.Name == "" {
		return "", badRequest("domain", "project"), false
	}
	at := slices.IndexFunc(s.iam.projects, func(p project) bool { return p.name == wanted.Name && p.account == DomainID })
	if at < 0 || !isOwn(wanted.Domain) {
		return "", missing, false
	}
	return s.iam.projects[at].id, reply{}, true
}

func (s *Server) showToken(token string) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	issued, ok := s.tokens[token]
	if !ok || s.isOver(issued.expires) {
		return iamFault(http.StatusNotFound, "Could not find token.", "")
	}
	return okJSON(s.tokenBody([]string{"password"}, issued))
}

// tokenBody is what IAM says of a token.
func (s *Server) tokenBody(methods []string, issued issuedToken) map[string]any {
	account := map[string]any{"id": DomainID, "name": DomainName}
	body := map[string]any{
		"methods":    methods,
		"expires_at": issued.expires.UTC().Format(time.RFC3339Nano),
		"issued_at":  s.now().UTC().Format(time.RFC3339Nano),
		"user":       map[string]any{"id": UserID, "name": UserName, "domain": account},
	}
	if issued.project != "" {
		name := ""
		for _, p := range s.iam.projects {
			if p.id == issued.project {
				name = p.name
			}
		}
		body["project"] = map[string]any{"id": issued.project, "name": name, "domain": account}
		body["roles"] = []map[string]any{{"id": "r", "name": "te_admin"}}
		body["catalog"] = s.iam.catalog
	}
	return map[string]any{"token": body}
}

// webIdentity answers the trade of an identity for a token. Other than Keystone, this call takes a project's name alone.
func (s *Server) webIdentity(r *http.Request, body []byte) reply {
	var sent struct {
		Auth struct {
			IDToken named  `json:"id_token"`
			Scope   *scope `json:"scope"`
		} `json:"auth"`
	}
	if json.Unmarshal(body, &sent) != nil {
		return iamFault(http.StatusBadRequest, "Invalid parameter.", "")
	}
	if r.Header.Get("X-Idp-Id") != IdentityProvider || sent.Auth.IDToken.ID != IDToken {
		return iamFault(http.StatusUnauthorized, "The id token is invalid.", "")
	}
	if wanted := sent.Auth.Scope; wanted != nil && wanted.Project != nil && wanted.Project.Domain == nil {
		wanted.Project.Domain = &named{ID: DomainID}
	}
	return s.issueToken([]string{"id_token"}, sent.Auth.Scope)
}
