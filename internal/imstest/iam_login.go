// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
)

// reference refers to an object by its id or its name. What was not sent is nil.
type reference struct {
	ID     *string    `json:"id"`
	Name   *string    `json:"name"`
	Domain *reference `json:"domain"` // the account that the name belongs to
}

func (r *reference) id() string   { return value(r.ID) }
func (r *reference) name() string { return value(r.Name) }

// isGiven reports whether an id or a name was sent, even an empty one.
func (r *reference) isGiven() bool { return r.ID != nil || r.Name != nil }

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// scope is the project or the account that a token is requested for.
type scope struct {
	Project *reference `json:"project"`
	Domain  *reference `json:"domain"`
}

// user is the user who logs in, with the credentials.
type user struct {
	reference
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

// login is the body of POST /v3/auth/tokens. Like Keystone, it ignores unknown fields.
type login struct {
	methods    []string
	sections   map[string]json.RawMessage // all fields of identity, by name
	password   userSection
	totp       userSection
	token      reference
	credential credentialSection
	hasScope   bool
	scope      scope
}

// The authentication methods of IAM.
const (
	byPassword   = "password"
	byPasscode   = "totp"
	byToken      = "token"
	byCredential = "application_credential"
)

var loginMethods = []string{byPassword, byPasscode, byToken, byCredential}

// readLogin parses the body of a login. It makes the same checks as Keystone, in the same order.
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
		return login{}, invalid("auth", "the value has the wrong type."), false
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
			return invalid("identity/"+section, "the value has the wrong type."), false
		}
	}
	if l.sections[byToken] != nil && l.token.ID == nil {
		return invalid("identity/token", "'id' is a required property"), false
	}
	if who := l.password.User; who != nil {
		return checkNames("identity/password/user", &who.reference)
	}
	return Answer{}, true
}

// checkNames refuses a reference with neither an id nor a name, and checks its account likewise.
func checkNames(field string, sent *reference) (Answer, bool) {
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

// readScope parses the scope, which must be of one kind. "unscoped" may be sent as a string.
func (l *login) readScope(raw json.RawMessage) (Answer, bool) {
	if raw == nil || bytes.Equal(raw, []byte(`"unscoped"`)) {
		return Answer{}, true
	}
	var kinds map[string]json.RawMessage
	if json.Unmarshal(raw, &kinds) != nil || json.Unmarshal(raw, &l.scope) != nil {
		return invalid("scope", "the value has the wrong type."), false
	}
	for field, wanted := range map[string]*reference{"scope/project": l.scope.Project, "scope/domain": l.scope.Domain} {
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
