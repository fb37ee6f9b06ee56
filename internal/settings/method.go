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

// method is a login method. Each has a file of its own.
type method struct {
	name       string
	attributes []string             // of the provider block that it uses
	selectedBy []string             // attributes of the block; any of them that is set selects the method
	exportedAs []string             // attributes; any of them that is set in the environment selects the method
	isOff      func(*resolver) bool // of a method that a switch selects: the switch is off. May be nil

	// resolve fills in the login and notes what it lacks. A method that reads a file does so in choose, which is called
	// before anything else is resolved.
	choose  func(*resolver)
	resolve func(*resolver, *Settings) Login
}

// named are the methods that are selected by name. They come before keys and passwords of the same layer.
func named() []method { return []method{webIdentity(), profileMethod(), cloudsYAML()} }

// direct are the methods that are selected by what they log in with.
func direct() []method { return []method{tokenMethod(), accessKeyMethod(), passwordMethod()} }

func methods() []method { return slices.Concat(named(), direct(), []method{metadataMethod()}) }

// Login is a method that is complete.
type Login struct {
	Method string
	From   string // what selected it
	Who    string // who logs in, with origins, and no secret

	secrets    []string
	advice     string
	hasCatalog bool // the login may tell where the service is
	hasProject bool // the login is good for one project, and tells which
	scoped     bool // that project is the one that is configured
	signs      bool // calls are signed with keys
	absent     bool // 404 says that there is nothing to log in with
	account    string
	open       func(s *Settings, d Dial) http.RoundTripper
}

// Dial is what a login needs of the outside world.
type Dial struct {
	Base   http.RoundTripper // to the cloud, without a login
	Now    func() time.Time
	Jitter func(limit time.Duration) time.Duration
}

// String says how and as whom the login is made. It holds no secret.
func (l Login) String() string {
	text := fmt.Sprintf("%s from %s", l.Method, l.From)
	if l.Who != "" {
		text += " (" + l.Who + ")"
	}
	return text
}

// Format hides the secrets, whatever the verb.
func (l Login) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, l.String()) }

// TellsEndpoint reports whether the login has to be asked where the service is: its catalog knows better than the pattern
// of the cloud.
func (s *Settings) TellsEndpoint() bool {
	return !s.Endpoint.IsSet() && s.Login.hasCatalog && !s.Role.IsSet()
}

// TellsProject reports whether the login has to be asked for the project.
func (s *Settings) TellsProject() bool {
	byName := s.Login.scoped || s.Login.hasProject && !s.ProjectName.IsSet()
	return !s.ProjectID.IsSet() && byName && !s.Role.IsSet()
}

// Open returns a transport that logs in when it is first needed.
func (l Login) Open(s *Settings, d Dial) http.RoundTripper { return l.open(s, d) }

// Annotate adds to the error of a login who logged in, and what to check.
func (l Login) Annotate(err error) {
	var failed *auth.LoginError
	if errors.As(err, &failed) && failed.Who == "" {
		l.annotate(failed)
	}
}

func (l Login) annotate(failed *auth.LoginError) {
	failed.Who = l.Who
	if isRefusal(failed.Status) || failed.Status == http.StatusNotFound && l.absent {
		failed.Advice = l.advice
	}
}

// isRefusal reports whether a status means that IAM understood and did not accept who logs in.
func isRefusal(status int) bool {
	switch status {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden:
		return true
	}
	return false
}

// renewing returns a transport that logs in when it is first needed, and again when the login ends.
func (s *Settings) renewing(login auth.Login, d Dial) *auth.Renewing {
	return auth.NewRenewing(auth.Annotated(login, s.Login.annotate), d.Now)
}

// IAM returns IAM as it is called with the login.
func (s *Settings) IAM(transport http.RoundTripper, d Dial) auth.IAM {
	iam := s.iam(s.Login.Method, transport, d)
	if s.Login.signs {
		iam.Account = auth.NewAccount(s.Login.account)
	}
	return iam
}

func (s *Settings) iam(way string, transport http.RoundTripper, d Dial) auth.IAM {
	return auth.IAM{
		Way: way, URL: s.AuthURL.Text, Secrets: s.Secrets,
		Next: auth.NewPatient(transport, s.MaxRetries, d.Jitter),
	}
}

// chooseLogin selects the method. What the block selects comes before the environment, and in each what is selected by
// name before what merely happens to be there.
func (r *resolver) chooseLogin(s *Settings) {
	chosen, from, ok := r.chosen()
	if !ok {
		return
	}
	r.method = chosen
	s.Login = Login{Method: chosen.name, From: from.Origin}
	r.warnUnused(chosen, from)
	if chosen.choose != nil {
		chosen.choose(r)
	}
}

func (r *resolver) chosen() (method, Value, bool) {
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

// selector returns the value of an attribute of a method. A switch that is off selects nothing.
func (r *resolver) selector(m method, l layer, attribute string) Value {
	v := r.at(l, attribute)
	if v.IsSet() && m.isOff != nil && m.isOff(r) {
		return Value{}
	}
	return v
}

// warnUnused tells that the block sets what the method does not use.
func (r *resolver) warnUnused(chosen method, from Value) {
	for _, m := range methods() {
		for _, attribute := range m.attributes {
			if !r.selector(m, block, attribute).IsSet() || slices.Contains(chosen.attributes, attribute) {
				continue
			}
			r.warnOnce(attribute, fmt.Sprintf("The provider logs in with %s, which %s selects, and does not use %s. Remove %s, or the "+
				"setting that selects the other method.", chosen.name, from.Origin, attribute, attribute))
		}
	}
}

func (r *resolver) warnOnce(attribute, detail string) {
	if !slices.ContainsFunc(r.problems, func(p Problem) bool { return p.Attribute == attribute }) {
		r.warn(attribute, "Unused setting", "%s", detail)
	}
}

// completeLogin resolves what the chosen method logs in with.
func (r *resolver) completeLogin(s *Settings) {
	if r.method.resolve == nil {
		r.lacks(nil, "The credentials are missing: set token (environment: %s), access_key and secret_key (environment: %s; %s), "+
			"user_name and password (environment: %s; %s), profile (environment: %s), cloud (environment: %s), or another login method.",
			listed("token"), listed("access_key"), listed("secret_key"), listed("user_name"), listed("password"),
			listed("profile"), listed("cloud"))
		return
	}
	login := r.method.resolve(r, s)
	login.Method, login.From = s.Login.Method, s.Login.From
	s.Login = login
	s.Secrets.Add(login.secrets...)
}

// present returns the direct method that the highest layer selects, for a method whose file may hold any of them.
func (r *resolver) present(candidates []method) (method, bool) {
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
