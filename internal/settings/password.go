// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"net/http"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// passwordMethod logs in an IAM user with a password, and with a passcode if the user has multi-factor authentication.
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
	password := r.secretOf("password", "user_name is set, but password", identity{"user_id", userID}, identity{"user_name", userName})
	passcode := r.value("passcode")
	if passcode.IsSet() && userName.IsSet() {
		r.addMissing("user_id", "IAM takes a passcode only with the ID of the user, and user_id")
	}
	if !userID.IsSet() && !userName.IsSet() {
		r.addMissing("user_name", "password is set, but user_name")
	}
	if userName.IsSet() && !domainID.IsSet() && !domainName.IsSet() {
		r.addMissing("domain_name", "The account (IAM domain) of the user")
	}
	r.requireAuthURL(s)

	options := auth.KeystoneOptions{UserID: userID.Text, UserName: userName.Text, Password: password.Text, Passcode: passcode.Text}
	if userName.IsSet() {
		options.DomainID, options.DomainName = domainID.Text, domainName.Text
	}
	projectDomainID, projectDomainName := r.scopeDomain(s, domainID, domainName)
	options.Scope = r.scope(s, domainID, domainName)
	identity := "user " + userID.or(userName).String()
	if account := domainID.or(domainName); account.IsSet() {
		identity += ", account " + account.String()
	}
	return Login{
		Identity:        identity + ", password from " + password.Origin,
		returnsCatalog:  true,
		returnsProject:  true,
		scopedToProject: true,
		worksOnce:       passcode.IsSet(),
		projectDomain:   auth.Domain{ID: projectDomainID.Text, Name: projectDomainName.Text},
		secrets:         []string{password.Text, passcode.Text},
		advice: "IAM rejected the login. Check user_name, password and domain_name (the account, not the domain of the cloud), that " +
			"the user has programmatic access, and that the project exists.",
		open: func(s *Settings, d Dependencies) http.RoundTripper { return s.openKeystone(options, d) },
	}
}

// scope returns the scope of the token: the project, or the account of the user if a role is assumed. With a role, the
// project belongs to the account of the agency.
func (r *resolver) scope(s *Settings, domainID, domainName Value) auth.Scope {
	if s.Role.IsSet() {
		return auth.Scope{Account: true, DomainID: domainID.Text, DomainName: domainName.Text}
	}
	if s.ProjectID.IsSet() {
		return auth.Scope{ProjectID: s.ProjectID.Text}
	}
	id, name := r.scopeDomain(s, domainID, domainName)
	return auth.Scope{ProjectName: s.ProjectLookupName(), DomainID: id.Text, DomainName: name.Text}
}

// keystone returns a client for the login methods of Keystone v3. A passcode works once: a call whose response was lost is not
// retried with it.
func (s *Settings) keystone(options auth.KeystoneOptions, d Dependencies) *auth.Keystone {
	retries := s.MaxRetries
	if s.Login.worksOnce {
		retries = 0
	}
	return &auth.Keystone{
		Method: s.Login.Method, AuthURL: s.AuthURL.Text, Region: s.Region.Text, Options: options,
		Transport: auth.NewRetrying(s.guarded(d.Base, d), retries, d.Jitter), Next: d.Base, Now: d.Now, Secrets: s.Secrets,
	}
}

func (s *Settings) openKeystone(options auth.KeystoneOptions, d Dependencies) http.RoundTripper {
	return s.renewing(s.keystone(options, d).Login, d)
}
