// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"net/http"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// cloudsYAML logs in with the credentials of an entry of clouds.yaml and secure.yaml: a user name and a password, an
// access key, an application credential, or a token.
func cloudsYAML() method {
	used := []string{"cloud"}
	for _, m := range direct() {
		used = append(used, m.attributes...)
	}
	return method{
		name:       "clouds.yaml",
		attributes: used,
		selectedBy: []string{"cloud"},
		exportedAs: []string{"cloud"},
		readFile:   readCloud,
		resolve:    resolveCloud,
	}
}

// readCloud reads the entry of clouds.yaml that is selected.
func readCloud(r *resolver) {
	name := r.value("cloud")
	entry, origin, err := r.readClouds(name.Text)
	if err != nil {
		hint := ""
		if strings.Contains(name.Text, ".") {
			hint = "\n\nThe cloud argument is the name of an entry in clouds.yaml. To set the domain of the cloud, which is the cloud " +
				"argument of Huawei Cloud's provider, set cloud_domain = \"" + name.Text + "\" instead."
		}
		r.fail("cloud", "Invalid clouds.yaml", "The cloud %q (from %s) cannot be used: %s.%s", name.Text, name.Origin, err, hint)
		return
	}
	r.entry, r.entryOrigin = entry, origin
}

func resolveCloud(r *resolver, s *Settings) Login {
	if r.invalid["cloud"] {
		return Login{}
	}
	if r.unknownVendor != "" && !r.isCloudNamedFrom(file) {
		r.fail("cloud", "Invalid clouds.yaml", "The entry %s has no auth_url, and its vendor profile %q is not in clouds-public.yaml. Add "+
			"auth_url to the auth section of the entry.", r.entryOrigin, r.unknownVendor)
		return Login{}
	}
	if !r.isCloudNamedFrom(environment) {
		r.fail("cloud", "Invalid clouds.yaml", "The entry %s has no auth_url. Add auth_url to the auth section of the entry, or set "+
			"auth_url%s.", r.entryOrigin, orVariables("auth_url"))
		return Login{}
	}
	m, ok := r.highestSelected([]method{tokenMethod(), applicationCredential(), accessKeyMethod(), cloudPassword()})
	if !ok {
		r.fail("cloud", "Invalid clouds.yaml", "The entry %s has no credentials. Add a password, an access key (ak and sk), an "+
			"application credential or a token to its auth section, or set them in the provider block or the environment.",
			r.entryOrigin)
		return Login{}
	}
	return m.resolve(r, s)
}

// isCloudNamedFrom reports whether a layer names the cloud, or one above it.
func (r *resolver) isCloudNamedFrom(lowest layer) bool {
	named := r.alternativesFrom(lowest, "auth_url", "cloud_domain")
	return named[0].IsSet() || named[1].IsSet()
}

// cloudPassword logs in with a password. Its advice uses the names of the keys in the files.
func cloudPassword() method {
	m := passwordMethod()
	m.resolve = func(r *resolver, s *Settings) Login {
		login := resolvePassword(r, s)
		login.advice = "IAM rejected the login. Check username, password, the domain and the project in clouds.yaml and secure.yaml."
		return login
	}
	return m
}

// applicationCredential logs in with an application credential of Keystone, which is valid for one project. It can only
// be set in clouds.yaml.
func applicationCredential() method {
	return method{
		name:       "application credential",
		selectedBy: []string{"application_credential_id", "application_credential_name"},
		resolve:    resolveApplicationCredential,
	}
}

// setOwner sets the user of an application credential that is identified by its name.
func (r *resolver) setOwner(options *auth.KeystoneOptions) {
	userID, userName := r.idOrName("user_id", "user_name")
	options.UserID, options.UserName = userID.Text, userName.Text
	if !userID.IsSet() && !userName.IsSet() {
		r.addMissing("user_name", "application_credential_name is set, but the name of its user")
	}
	if !userName.IsSet() {
		return
	}
	domainID, domainName := r.account()
	options.DomainID, options.DomainName = domainID.Text, domainName.Text
	if !domainID.IsSet() && !domainName.IsSet() {
		r.addMissing("domain_name", "The account (IAM domain) of the user")
	}
}

func resolveApplicationCredential(r *resolver, _ *Settings) Login {
	id, name := r.idOrName("application_credential_id", "application_credential_name")
	secret := r.value("application_credential_secret")
	options := auth.KeystoneOptions{
		ApplicationCredentialID: id.Text, ApplicationCredentialName: name.Text, ApplicationCredentialSecret: secret.Text,
	}
	if !secret.IsSet() {
		r.addIncomplete(nil, "application_credential_secret is missing: set it in the auth section of the entry in secure.yaml or clouds.yaml.")
	}
	if name.IsSet() {
		r.setOwner(&options)
	}
	return Login{
		Identity:       "application credential " + id.or(name).String(),
		returnsCatalog: true,
		returnsProject: true,
		secrets:        []string{secret.Text},
		advice: "IAM rejected the application credential. Check its ID and secret in clouds.yaml and secure.yaml, and that it has not " +
			"expired. It is valid for one project only: do not set project_id or project_name.",
		open: func(s *Settings, d Dependencies) http.RoundTripper { return s.openKeystone(options, d) },
	}
}
