package imstest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// named is something that a request names by its id, or by its name. What was not sent is nil.
type named struct {
	ID     *string `json:"id"`
	Name   *string `json:"name"`
	Domain *named  `json:"domain"` // that the name is in
}

func (n *named) id() string   { return value(n.ID) }
func (n *named) name() string { return value(n.Name) }

// isGiven reports whether an id or a name was sent, be it an empty one.
func (n *named) isGiven() bool { return n.ID != nil || n.Name != nil }

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// scope is what a token is to be good for.
type scope struct {
	Project *named `json:"project"`
	Domain  *named `json:"domain"`
}

// user is who logs in, and how the user proves it.
type user struct {
	named
	Password string `json:"password"`
	Passcode string `json:"passcode"`
}

// userSection is the section of the methods password and totp.
type userSection struct {
	User *user `json:"user"`
}

// credentialSection is the section of the method application_credential.
type credentialSection struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Secret string `json:"secret"`
	User   *user  `json:"user"`
}

// login is what a body of POST /v3/auth/tokens says. Keystone ignores what it does not know.
type login struct {
	methods    []string
	sections   map[string]json.RawMessage // of the methods, and more
	password   userSection
	totp       userSection
	token      named
	credential credentialSection
	hasScope   bool
	scope      scope
}

// The methods that IAM knows.
const (
	byPassword   = "password"
	byPasscode   = "totp"
	byToken      = "token"
	byCredential = "application_credential"
)

var loginMethods = []string{byPassword, byPasscode, byToken, byCredential}

// readLogin reads the body of a login. It looks for the same faults as Keystone, in the same order.
func readLogin(body []byte) (login, Answer, bool) {
	var top map[string]json.RawMessage
	if len(body) > 0 && json.Unmarshal(body, &top) != nil {
		return login{}, badRequest("valid JSON", "request body"), false
	}
	if isNull(top["auth"]) {
		return login{}, badRequest("auth", "request body"), false
	}
	var auth struct {
		Identity map[string]json.RawMessage `json:"identity"`
		Scope    json.RawMessage            `json:"scope"`
	}
	if json.Unmarshal(top["auth"], &auth) != nil {
		return login{}, invalid("auth", "it has the wrong type."), false
	}
	l := login{sections: auth.Identity, hasScope: auth.Scope != nil}
	if refusal, ok := l.readIdentity(); !ok {
		return login{}, refusal, false
	}
	if refusal, ok := l.checkMethods(); !ok {
		return login{}, refusal, false
	}
	refusal, ok := l.readScope(auth.Scope)
	return l, refusal, ok
}

func isNull(raw json.RawMessage) bool { return len(raw) == 0 || bytes.Equal(raw, []byte("null")) }

func (l *login) readIdentity() (Answer, bool) {
	if l.sections == nil {
		return iamError(http.StatusBadRequest, "'identity' is a required property"), false
	}
	if l.sections["methods"] == nil {
		return invalid("identity", "'methods' is a required property"), false
	}
	for section, target := range map[string]any{
		"methods": &l.methods, byPassword: &l.password, byPasscode: &l.totp, byToken: &l.token, byCredential: &l.credential,
	} {
		if raw := l.sections[section]; raw != nil && json.Unmarshal(raw, target) != nil {
			return invalid("identity/"+section, "it has the wrong type."), false
		}
	}
	if l.sections[byToken] != nil && l.token.ID == nil {
		return invalid("identity/token", "'id' is a required property"), false
	}
	if who := l.password.User; who != nil {
		return checkNames("identity/password/user", &who.named)
	}
	return Answer{}, true
}

// checkNames refuses what was sent without an id and a name, and an account of it that was.
func checkNames(field string, sent *named) (Answer, bool) {
	switch {
	case sent == nil:
		return Answer{}, true
	case !sent.isGiven():
		return missingName(field), false
	default:
		return checkNames(field+"/domain", sent.Domain)
	}
}

func (l *login) checkMethods() (Answer, bool) {
	for _, method := range l.methods {
		if l.sections[method] == nil {
			return badRequest(method, "identity"), false
		}
	}
	for _, method := range l.methods {
		if !slices.Contains(loginMethods, method) {
			return iamError(http.StatusUnauthorized, "Attempted to authenticate with an unsupported method."), false
		}
	}
	return Answer{}, true
}

// readScope reads what the token is to be good for: one thing. "unscoped" may be a text.
func (l *login) readScope(raw json.RawMessage) (Answer, bool) {
	if raw == nil || bytes.Equal(raw, []byte(`"unscoped"`)) {
		return Answer{}, true
	}
	var kinds map[string]json.RawMessage
	if json.Unmarshal(raw, &kinds) != nil || json.Unmarshal(raw, &l.scope) != nil {
		return invalid("scope", "it has the wrong type."), false
	}
	for field, wanted := range map[string]*named{"scope/project": l.scope.Project, "scope/domain": l.scope.Domain} {
		if refusal, ok := checkNames(field, wanted); !ok {
			return refusal, false
		}
	}
	maps.DeleteFunc(kinds, func(kind string, _ json.RawMessage) bool {
		return !slices.Contains([]string{"system", "project", "domain", "OS-TRUST:trust", "unscoped"}, kind)
	})
	if len(kinds) != 1 && !slices.Contains(l.methods, byCredential) {
		return badRequest("system, project, domain, OS-TRUST:trust or unscoped", "scope"), false
	}
	return Answer{}, true
}

func unauthorized() Answer {
	return iamError(http.StatusUnauthorized, "The request you have made requires authentication.")
}

func badRequest(missing, in string) Answer {
	return iamError(http.StatusBadRequest, fmt.Sprintf("Expecting to find %s in %s. The server could not comply with the request "+
		"since it is either malformed or otherwise incorrect. The client is assumed to be in error.", missing, in))
}

func invalid(field, why string) Answer {
	return iamError(http.StatusBadRequest, fmt.Sprintf("Invalid input for field '%s': %s", field, why))
}

func missingName(field string) Answer {
	return iamError(http.StatusBadRequest, fmt.Sprintf("Invalid input for field %s: id or name must be present.", field))
}
