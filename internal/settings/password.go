package settings

import (
	"net/http"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// passwordMethod logs in a user of IAM with a password, and with a passcode where there is a second factor.
func passwordMethod() method {
	return method{
		name:       "user name and password",
		attributes: []string{"user_name", "user_id", "password", "passcode"},
		selectedBy: []string{"user_name", "user_id", "password"},
		exportedAs: []string{"password"},
		resolve:    resolvePassword,
	}
}

func resolvePassword(r *resolver, s *Settings) Login {
	userID, userName := r.idOrName("user_id", "user_name")
	domainID, domainName := r.account()
	password, passcode := r.value("password"), r.value("passcode")
	if !password.IsSet() {
		r.missing("password", "user_name is set, but its password")
	}
	if !userID.IsSet() && !userName.IsSet() {
		r.missing("user_name", "password is set, but its user name")
	}
	if userName.IsSet() && !domainID.IsSet() && !domainName.IsSet() {
		r.missing("domain_name", "The account (IAM domain) that the user belongs to")
	}
	r.needAuthURL(s)

	options := auth.KeystoneOptions{UserID: userID.Text, UserName: userName.Text, Password: password.Text, Passcode: passcode.Text}
	if userName.IsSet() {
		options.DomainID, options.DomainName = domainID.Text, domainName.Text
	}
	options.Scope = r.scope(s, domainID, domainName)
	who := "user " + userID.or(userName).String()
	if account := domainID.or(domainName); account.IsSet() {
		who += ", account " + account.String()
	}
	return Login{
		Who:        who + ", password from " + password.Origin,
		hasCatalog: true,
		hasProject: true,
		scoped:     true,
		secrets:    []string{password.Text, passcode.Text},
		advice: "IAM does not accept the login. Check user_name, password and domain_name (the account, not the cloud's domain), " +
			"that the user may use the API, and that the project exists.",
		open: func(s *Settings, d Dial) http.RoundTripper { return s.openKeystone(options, d) },
	}
}

// scope is what a token is to be good for: the project, or with a role the own account, because the project is one of the
// other account.
func (r *resolver) scope(s *Settings, domainID, domainName Value) auth.Scope {
	if s.Role.IsSet() {
		return auth.Scope{Account: true, DomainID: domainID.Text, DomainName: domainName.Text}
	}
	if s.ProjectID.IsSet() {
		return auth.Scope{ProjectID: s.ProjectID.Text}
	}
	id, name := r.scopeDomain(s, domainID, domainName)
	return auth.Scope{ProjectName: s.LookUpName(), DomainID: id.Text, DomainName: name.Text}
}

// keystone is IAM as a login with Keystone's own methods needs it.
func (s *Settings) keystone(options auth.KeystoneOptions, d Dial) *auth.Keystone {
	return &auth.Keystone{
		Way: s.Login.Method, AuthURL: s.AuthURL.Text, Region: s.Region.Text, Options: options,
		Link: auth.NewPatient(d.Base, s.MaxRetries, d.Jitter), Next: d.Base, Now: d.Now, Secrets: s.Secrets,
	}
}

func (s *Settings) openKeystone(options auth.KeystoneOptions, d Dial) http.RoundTripper {
	return s.renewing(s.keystone(options, d).Login, d)
}
