// SPDX-License-Identifier: MPL-2.0

//go:build keystone

package provider_test

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// Parts of the bodies of logins. account.fill replaces the names in capitals.
const (
	byName    = `"name":USER_NAME,"password":PASSWORD,"domain":{"name":DOMAIN_NAME}`
	byID      = `"id":USER_ID,"password":PASSWORD`
	toProject = `{"project":{"name":PROJECT_NAME,"domain":{"id":DOMAIN_ID}}}`
	unknown   = `"00000000000000000000000000000000"`
)

// passwordLogin returns the body of a login with a password. The scope may be empty.
func passwordLogin(user, scope string) string {
	return loginBody(`"password"`, `"password":{"user":{`+user+`}}`, scope)
}

func loginBody(methods, sections, scope string) string {
	if scope != "" {
		scope = `,"scope":` + scope
	}
	return `{"auth":{"identity":{"methods":[` + methods + `],` + sections + `}` + scope + `}}`
}

func credentialLogin(credential, scope string) string {
	return loginBody(`"application_credential"`, `"application_credential":{`+credential+`}`, scope)
}

func tokenLogin(token, scope string) string {
	return loginBody(`"token"`, `"token":{"id":`+token+`}`, scope)
}

var loginBodies = map[string]string{
	"a user by name":                                 passwordLogin(byName, ""),
	"a user by name, a project by name":              passwordLogin(byName, toProject),
	"a user by id, a project by id":                  passwordLogin(byID, `{"project":{"id":PROJECT_ID}}`),
	"a user by id, its domain as the scope":          passwordLogin(byID, `{"domain":{"name":DOMAIN_NAME}}`),
	"a wrong password":                               passwordLogin(`"id":USER_ID,"password":"no"`, ""),
	"no password":                                    passwordLogin(`"id":USER_ID`, ""),
	"a user id that is unknown":                      passwordLogin(`"id":`+unknown+`,"password":PASSWORD`, ""),
	"a user name that is unknown":                    passwordLogin(strings.Replace(byName, "USER_NAME", `"nobody"`, 1), ""),
	"a user by name without a domain":                passwordLogin(`"name":USER_NAME,"password":PASSWORD`, ""),
	"a user by id and name without a domain":         passwordLogin(byID+`,"name":USER_NAME`, ""),
	"a user by id with a wrong name":                 passwordLogin(byID+`,"name":"nobody","domain":{"id":DOMAIN_ID}`, ""),
	"a user by id with a wrong domain":               passwordLogin(byID+`,"domain":{"name":"nowhere"}`, ""),
	"a wrong user id with the right name":            passwordLogin(byName+`,"id":`+unknown, ""),
	"a user with neither":                            passwordLogin(`"password":PASSWORD`, ""),
	"a user whose id is empty":                       passwordLogin(`"id":"","password":PASSWORD`, ""),
	"a domain with a wrong id and the right name":    passwordLogin(`"name":USER_NAME,"password":PASSWORD,"domain":{"id":`+unknown+`,"name":DOMAIN_NAME}`, ""),
	"a domain with the right id and a wrong name":    passwordLogin(`"name":USER_NAME,"password":PASSWORD,"domain":{"id":DOMAIN_ID,"name":"nowhere"}`, ""),
	"a domain with neither":                          passwordLogin(`"name":USER_NAME,"password":PASSWORD,"domain":{}`, ""),
	"a domain whose name is empty":                   passwordLogin(`"name":USER_NAME,"password":PASSWORD,"domain":{"name":""}`, ""),
	"a domain name in another case":                  passwordLogin(`"name":USER_NAME,"password":PASSWORD,"domain":{"name":"no-such-domain"}`, ""),
	"an empty scope":                                 passwordLogin(byID, `{}`),
	"two scopes":                                     passwordLogin(byID, `{"project":{"id":PROJECT_ID},"domain":{"id":DOMAIN_ID}}`),
	"an unknown scope":                               passwordLogin(byID, `{"region":{}}`),
	"unscoped, an object":                            passwordLogin(byID, `{"unscoped":{}}`),
	"unscoped, a text":                               passwordLogin(byID, `"unscoped"`),
	"a scope that is a list":                         passwordLogin(byID, `[]`),
	"a project with neither":                         passwordLogin(byID, `{"project":{}}`),
	"a project by name without a domain":             passwordLogin(byID, `{"project":{"name":PROJECT_NAME}}`),
	"a project by id and name without a domain":      passwordLogin(byID, `{"project":{"id":PROJECT_ID,"name":PROJECT_NAME}}`),
	"a project in a domain with neither":             passwordLogin(byID, `{"project":{"name":PROJECT_NAME,"domain":{}}}`),
	"a project in a domain with a wrong id":          passwordLogin(byID, `{"project":{"name":PROJECT_NAME,"domain":{"id":`+unknown+`}}}`),
	"a project in a domain with a wrong id, by name": passwordLogin(byID, `{"project":{"name":PROJECT_NAME,"domain":{"id":`+unknown+`,"name":DOMAIN_NAME}}}`),
	"a project by id in a wrong domain":              passwordLogin(byID, `{"project":{"id":PROJECT_ID,"domain":{"name":"nowhere"}}}`),
	"a wrong project id with the right name":         passwordLogin(byID, `{"project":{"id":`+unknown+`,"name":PROJECT_NAME,"domain":{"id":DOMAIN_ID}}}`),
	"a project that is unknown":                      passwordLogin(byID, `{"project":{"id":`+unknown+`}}`),
	"a project name that is unknown":                 passwordLogin(byID, `{"project":{"name":"nothing","domain":{"id":DOMAIN_ID}}}`),
	"a domain as the scope, with neither":            passwordLogin(byID, `{"domain":{}}`),
	"a domain as the scope, that is unknown":         passwordLogin(byID, `{"domain":{"id":`+unknown+`}}`),
	"a wrong password and a scope that is unknown":   passwordLogin(`"id":USER_ID,"password":"no"`, `{"project":{"id":`+unknown+`}}`),
	"a wrong password and an empty scope":            passwordLogin(`"id":USER_ID,"password":"no"`, `{}`),
	"no methods":                                     `{"auth":{"identity":{"password":{"user":{` + byID + `}}}}}`,
	"an empty list of methods":                       loginBody("", `"password":{"user":{`+byID+`}}`, ""),
	"methods that are a text":                        `{"auth":{"identity":{"methods":"password","password":{"user":{` + byID + `}}}}}`,
	"a method that is unknown":                       loginBody(`"guess"`, `"guess":{}`, ""),
	"a method without its section":                   loginBody(`"totp"`, `"password":{"user":{`+byID+`}}`, ""),
	"two methods, one without its section":           loginBody(`"password","totp"`, `"password":{"user":{`+byID+`}}`, ""),
	"a method twice":                                 loginBody(`"password","password"`, `"password":{"user":{`+byID+`}}`, ""),
	"a section without a user":                       loginBody(`"password"`, `"password":{}`, ""),
	"a password that is a number":                    passwordLogin(`"id":USER_ID,"password":7`, ""),
	"no identity":                                    `{"auth":{}}`,
	"no auth":                                        `{}`,
	"auth that is null":                              `{"auth":null}`,
	"no body":                                        ``,
	"a list":                                         `[]`,
	"what is not JSON":                               `{`,
	"a passcode of a user that has none":             loginBody(`"totp"`, `"totp":{"user":{"id":USER_ID,"passcode":"000000"}}`, ""),
	"a passcode without a user":                      loginBody(`"totp"`, `"totp":{}`, ""),
	"a password and a wrong passcode":                loginBody(`"password","totp"`, `"password":{"user":{`+byID+`}},"totp":{"user":{"id":USER_ID,"passcode":"000000"}}`, ""),
	"an application credential":                      credentialLogin(`"id":CREDENTIAL_ID,"secret":CREDENTIAL_SECRET`, ""),
	"an application credential by name":              credentialLogin(`"name":CREDENTIAL_NAME,"secret":CREDENTIAL_SECRET,"user":{"id":USER_ID}`, ""),
	"an application credential by names":             credentialLogin(`"name":CREDENTIAL_NAME,"secret":CREDENTIAL_SECRET,"user":{"name":USER_NAME,"domain":{"name":DOMAIN_NAME}}`, ""),
	"an application credential with a wrong secret":  credentialLogin(`"id":CREDENTIAL_ID,"secret":"no"`, ""),
	"an application credential with an unknown id":   credentialLogin(`"id":`+unknown+`,"secret":CREDENTIAL_SECRET`, ""),
	"an application credential with an unknown name": credentialLogin(`"name":"nothing","secret":CREDENTIAL_SECRET,"user":{"id":USER_ID}`, ""),
	"an application credential by name alone":        credentialLogin(`"name":CREDENTIAL_NAME,"secret":CREDENTIAL_SECRET`, ""),
	"an application credential with neither":         credentialLogin(`"secret":CREDENTIAL_SECRET`, ""),
	"an application credential with a scope":         credentialLogin(`"id":CREDENTIAL_ID,"secret":CREDENTIAL_SECRET`, `{"project":{"id":PROJECT_ID}}`),
	"an application credential with an empty scope":  credentialLogin(`"id":CREDENTIAL_ID,"secret":CREDENTIAL_SECRET`, `{}`),
	"a token":                            tokenLogin("TOKEN", ""),
	"a token, a project":                 tokenLogin("TOKEN", toProject),
	"a token, a project that is unknown": tokenLogin("TOKEN", `{"project":{"id":`+unknown+`}}`),
	"a token that is unknown":            tokenLogin(`"no-such-token"`, toProject),
	"a token without an id":              loginBody(`"token"`, `"token":{}`, ""),
}

// keystoneResponse is the part of a response that is the same from the mock and from Keystone.
type keystoneResponse struct {
	status  int
	message string   // message of an error
	scopes  []string // scopes and sections of a token, or kinds of the listed items
}

// The mock accepts and rejects the same logins as a real Keystone, with the same messages.
func TestAccKeystoneMockLogins(t *testing.T) {
	t.Parallel()
	keystone := theRealm(t)
	user := keystone.accounts[otherDomain]
	token := keystone.tokenOf(t, user)
	for name, body := range loginBodies {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			mockToken, _ := postLogin(t, mock.URL()+"/v3", mockAccount.fill(passwordLogin(byID, ""), "", ""))
			_, got := postLogin(t, mock.URL()+"/v3", mockAccount.fill(body, "", mockToken))
			_, want := postLogin(t, keystone.url, user.fill(body, "", token))
			if got.status != want.status || got.message != want.message || !slices.Equal(got.scopes, want.scopes) {
				t.Errorf("the mock says\n%+v, Keystone says\n%+v", got, want)
			}
		})
	}
}

var mockAccount = account{
	domainID: imstest.DomainID, domainName: imstest.DomainName, userID: imstest.UserID, password: imstest.Password,
	projectID: imstest.ProjectID, credentialID: imstest.ApplicationCredentialID, credentialSecret: imstest.ApplicationCredentialSecret,
}

func postLogin(t *testing.T, url, body string) (token string, response keystoneResponse) {
	t.Helper()
	return call(t, http.MethodPost, url+"/auth/tokens", body, nil)
}

// call sends a request and returns the token and the response.
func call(t *testing.T, method, url, body string, header http.Header) (token string, response keystoneResponse) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = header.Clone()
	if r.Header == nil {
		r.Header = make(http.Header)
	}
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.Header.Get("X-Subject-Token"), parseResponse(resp.StatusCode, text)
}

func parseResponse(status int, body []byte) keystoneResponse {
	var response struct {
		Error             struct{ Message string }
		Token             map[string]any
		Projects, Domains []struct{ Enabled bool }
	}
	_ = json.Unmarshal(body, &response)
	j := keystoneResponse{status: status, message: comparableText(response.Error.Message)}
	for _, scope := range []string{"project", "domain", "catalog", "roles"} {
		if response.Token[scope] != nil {
			j.scopes = append(j.scopes, scope)
		}
	}
	for range response.Projects {
		j.scopes = append(j.scopes, "a project")
	}
	for range response.Domains {
		j.scopes = append(j.scopes, "a domain")
	}
	return j
}

// comparableText removes the differences in messages: for a wrong password, the IAM of the vendor has a longer message than
// Keystone. For a body that does not match the schema, the library in Keystone has a longer message than the mock.
func comparableText(message string) string {
	if message == "The username or password is wrong." {
		return "The request you have made requires authentication."
	}
	message, _, _ = strings.Cut(message, "\n")
	if field, _, found := strings.Cut(message, "'"); found && field == "Invalid input for field " {
		return field
	}
	return message
}
