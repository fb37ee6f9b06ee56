// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// method is a login method. Each method is in a file of its own.
type method struct {
	name       string
	attributes []string             // attributes of the provider block that the method uses
	selectedBy []string             // attributes that select the method if one of them is set in the provider block
	exportedAs []string             // attributes that select the method if one of them is set in the environment
	isOff      func(*resolver) bool // reports whether the switch that selects the method is false; nil without a switch

	// resolve returns the login and records the settings that it needs and does not find. A method that reads a file
	// reads it in readFile, which is called before anything else is resolved.
	readFile func(*resolver)
	resolve  func(*resolver, *Settings) Login
}

// named returns the methods that are selected by a name. In the same layer, they win over direct methods.
func named() []method { return []method{webIdentity(), profileMethod(), cloudsYAML()} }

// direct returns the methods that are selected by the credential itself.
func direct() []method { return []method{tokenMethod(), accessKeyMethod(), passwordMethod()} }

func methods() []method { return slices.Concat(named(), direct(), []method{metadataMethod()}) }

// Login is a login method with all its settings.
type Login struct {
	Method   string
	From     string // origin of the setting that selected the method
	Identity string // the user, key or agency that logs in, with origins; contains no secret

	secrets             []string
	advice              string
	returnsCatalog      bool        // the login can return a service catalog
	returnsProject      bool        // the credential is valid for one project, and IAM returns its id
	scopedToProject     bool        // the login requests a token for the configured project
	worksOnce           bool        // IAM does not accept the credentials a second time
	projectDomain       auth.Domain // account of a project that the login requests by its name
	signs               bool        // requests are signed with an access key
	notFoundMeansAbsent bool        // a 404 means that there is no credential
	adviceNoResponse    string      // empty for that of IAM
	account             string      // id of the account of the access key; may be empty
	open                func(s *Settings, d Dependencies) http.RoundTripper
}

// Dependencies is what a login needs besides settings.
type Dependencies struct {
	Base   http.RoundTripper // sends requests without authentication
	Now    func() time.Time
	Jitter func(limit time.Duration) time.Duration // returns a random delay up to the limit

	// FirstLogin is shared by all logins with the same credentials.
	FirstLogin *auth.FirstLogin
}

// String describes the login: the method, what selected it, and the identity. It contains no secret.
func (l Login) String() string {
	text := fmt.Sprintf("%s from %s", l.Method, l.From)
	if l.Identity != "" {
		text += " (" + l.Identity + ")"
	}
	return text
}

// Format prints no secret, with any verb.
func (l Login) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, l.String()) }

// EndpointFromLogin reports whether the endpoint is taken from the service catalog that the login returns. The catalog is
// more reliable than the host name pattern of the cloud.
func (s *Settings) EndpointFromLogin() bool {
	return !s.Endpoint.IsSet() && s.Login.returnsCatalog && !s.Role.IsSet()
}

// ProjectFromLogin reports whether the project is taken from the token that the login returns.
func (s *Settings) ProjectFromLogin() bool {
	byName := s.Login.scopedToProject || s.Login.returnsProject && !s.ProjectName.IsSet()
	return !s.ProjectID.IsSet() && byName && !s.Role.IsSet()
}

// HasProjectNamed reports whether a grant of the login is valid for the project that the login would get by a name.
func (l Login) HasProjectNamed(granted *auth.Grant, name string) bool {
	return granted.Project.Is(name, l.projectDomain)
}

// Open returns a transport that logs in at the first request.
func (l Login) Open(s *Settings, d Dependencies) http.RoundTripper { return l.open(s, d) }

// Annotate adds an identity and advice to an [*auth.LoginError] that has none: those of the role, if there is one, because
// every request after the login is made with it.
func (s *Settings) Annotate(err error) {
	var failed *auth.LoginError
	switch {
	case !errors.As(err, &failed) || failed.Identity != "":
	case s.Role.IsSet():
		s.Role.annotate(failed)
	default:
		s.Login.annotate(failed)
	}
}

func (l Login) annotate(failed *auth.LoginError) {
	failed.Identity = l.Identity
	switch {
	case failed.Lookup != "" && failed.Status != http.StatusUnauthorized:
		failed.Advice = lookupAdvice(failed, "user", "domain_id")
	case isRejection(failed.Status), failed.Status == http.StatusNotFound && l.notFoundMeansAbsent:
		failed.Advice = l.advice
	case failed.Status == 0 && failed.Lookup == "":
		failed.Advice = l.adviceNoResponse
	}
}

// isRejection reports whether a status means that IAM rejected the login.
func isRejection(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
		return true
	}
	return false
}

// renewing returns a transport that logs in at the first request, and again when the grant expires.
func (s *Settings) renewing(login auth.Login, d Dependencies) *auth.Renewing {
	return auth.NewRenewing(auth.Annotated(login, s.Login.annotate), d.Now)
}

// IAM returns a client of IAM that authenticates with the login.
func (s *Settings) IAM(transport http.RoundTripper, d Dependencies) auth.IAM {
	if !s.Login.signs {
		return s.iam(s.Login.Method, transport, d)
	}
	iam := s.iam(s.Login.Method, s.guarded(transport, d), d)
	iam.Account = auth.NewAccount(s.Login.account)
	return iam
}

// guarded returns a transport for the requests that send the credentials of the login to IAM.
func (s *Settings) guarded(transport http.RoundTripper, d Dependencies) http.RoundTripper {
	return d.FirstLogin.Guard(transport, s.Login.Method, s.Secrets)
}

func (s *Settings) iam(method string, transport http.RoundTripper, d Dependencies) auth.IAM {
	return auth.IAM{
		Method: method, URL: s.AuthURL.Text, Secrets: s.Secrets,
		Next: auth.NewRetrying(transport, s.MaxRetries, d.Jitter),
	}
}

// chooseLogin selects the login method. The provider block wins over the environment. In each of them, a method that is
// selected by a name wins over one that is selected by a credential.
func (r *resolver) chooseLogin(s *Settings) {
	chosen, from, ok := r.selectMethod()
	if !ok {
		return
	}
	r.method = chosen
	r.choosePrefix(chosen)
	s.Login = Login{Method: chosen.name, From: from.Origin}
	r.warnUnused(chosen, from)
	if chosen.readFile != nil {
		chosen.readFile(r)
	}
}

func (r *resolver) selectMethod() (method, Value, bool) {
	for _, m := range methods() {
		for _, attribute := range m.selectedBy {
			if v := r.selector(m, block, attribute); v.IsSet() {
				return m, v, true
			}
		}
	}
	for _, m := range methods() {
		for _, attribute := range m.exportedAs {
			if v := r.selector(m, environment, attribute); v.IsSet() {
				return m, v, true
			}
		}
	}
	return method{}, Value{}, false
}

// selector returns the value of an attribute that selects a method. It is not set if the method is switched off.
func (r *resolver) selector(m method, l layer, attribute string) Value {
	v := r.at(l, attribute)
	if v.IsSet() && m.isOff != nil && m.isOff(r) {
		return Value{}
	}
	return v
}

// warnUnused warns of attributes in the provider block that only other login methods use.
func (r *resolver) warnUnused(chosen method, from Value) {
	for _, m := range methods() {
		for _, attribute := range m.attributes {
			if !r.selector(m, block, attribute).IsSet() || slices.Contains(chosen.attributes, attribute) {
				continue
			}
			r.warnOnce(attribute, fmt.Sprintf("The provider logs in with %s (selected by %s) and ignores %s. Remove %s, or remove the "+
				"setting that selects %s.", chosen.name, from.Origin, attribute, attribute, chosen.name))
		}
	}
}

func (r *resolver) warnOnce(attribute, detail string) {
	if !slices.ContainsFunc(r.problems, func(p Problem) bool { return p.Attribute == attribute }) {
		r.warn(attribute, "Unused setting", "%s", detail)
	}
}

// completeLogin resolves the settings of the selected login method.
func (r *resolver) completeLogin(s *Settings) {
	if r.method.resolve == nil {
		r.addIncomplete(nil, "No credentials are configured: set token (environment: %s), access_key and secret_key (environment: "+
			"%s; %s), user_name and password (environment: %s; %s), profile (environment: %s), cloud (environment: %s), or another "+
			"login method.",
			listed("token"), listed("access_key"), listed("secret_key"), listed("user_name"), listed("password"),
			listed("profile"), listed("cloud"))
		return
	}
	login := r.method.resolve(r, s)
	login.Method, login.From = s.Login.Method, s.Login.From
	s.Login = login
	s.Secrets.Add(login.secrets...)
}

// highestSelected returns the method that the highest layer selects. It returns false if no layer selects one.
func (r *resolver) highestSelected(candidates []method) (method, bool) {
	for _, l := range layers {
		for _, m := range candidates {
			selectors := m.selectedBy
			if l == environment {
				selectors = m.exportedAs
			}
			for _, attribute := range selectors {
				if r.at(l, attribute).IsSet() {
					return m, true
				}
			}
		}
	}
	return method{}, false
}
