package settings

import (
	"net/http"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// cloudsYAML logs in with what an entry of a clouds.yaml and its secure.yaml say: a user and a password, an access key, an
// application credential, or a token.
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
		choose:     readCloud,
		resolve:    resolveCloud,
	}
}

// readCloud reads the selected entry.
func readCloud(r *resolver) {
	name := r.value("cloud")
	entry, origin, err := r.readClouds(name.Text)
	if err != nil {
		hint := ""
		if strings.Contains(name.Text, ".") {
			hint = "\n\ncloud is the name of an entry of a clouds.yaml. For the domain of the cloud, which Huawei Cloud's provider calls " +
				"cloud, set cloud_domain = \"" + name.Text + "\" instead."
		}
		r.fail("cloud", "Invalid clouds.yaml", "The cloud %q cannot be used: %s. It is named by %s.%s", name.Text, err, name.Origin, hint)
		return
	}
	r.entry, r.entryOrigin = entry, origin
}

func resolveCloud(r *resolver, s *Settings) Login {
	if r.invalid["cloud"] {
		return Login{}
	}
	if !r.value("auth_url").IsSet() && !r.value("cloud_domain").IsSet() {
		r.fail("cloud", "Invalid clouds.yaml", "The entry %s has no auth_url, so nothing says which cloud its login is for. Add "+
			"auth_url to the "+
			"section auth of the entry, or set auth_url%s.", r.entryOrigin, orVariables("auth_url"))
		return Login{}
	}
	m, ok := r.present([]method{tokenMethod(), applicationCredential(), accessKeyMethod(), cloudPassword()})
	if !ok {
		r.fail("cloud", "Invalid clouds.yaml", "The entry %s has no login: its section auth holds neither a password, an access key (ak "+
			"and sk), an "+
			"application credential nor a token, and none is set elsewhere.", r.entryOrigin)
		return Login{}
	}
	return m.resolve(r, s)
}

// cloudPassword is the login with a password, whose settings stand in the files.
func cloudPassword() method {
	m := passwordMethod()
	m.resolve = func(r *resolver, s *Settings) Login {
		login := resolvePassword(r, s)
		login.advice = "IAM does not accept the login. Check username, password, the domain and the project in clouds.yaml and secure.yaml."
		return login
	}
	return m
}

// applicationCredential logs in with an application credential of Keystone, which is good for its one project. It is read
// from a clouds.yaml alone.
func applicationCredential() method {
	return method{
		name:       "application credential",
		selectedBy: []string{"application_credential_id", "application_credential_name"},
		resolve:    resolveApplicationCredential,
	}
}

func resolveApplicationCredential(r *resolver, _ *Settings) Login {
	id, name := r.idOrName("application_credential_id", "application_credential_name")
	secret := r.value("application_credential_secret")
	options := auth.KeystoneOptions{
		ApplicationCredentialID: id.Text, ApplicationCredentialName: name.Text, ApplicationCredentialSecret: secret.Text,
	}
	if name.IsSet() {
		userID, userName := r.idOrName("user_id", "user_name")
		options.UserID, options.UserName = userID.Text, userName.Text
		if userName.IsSet() {
			domainID, domainName := r.account()
			options.DomainID, options.DomainName = domainID.Text, domainName.Text
		}
	}
	return Login{
		Who:        "application credential " + id.or(name).String(),
		hasCatalog: true,
		hasProject: true,
		secrets:    []string{secret.Text},
		advice: "IAM does not accept the application credential. Check its id and secret in clouds.yaml and secure.yaml, and that it " +
			"has not expired. It is good for one project: leave project_id and project_name out.",
		open: func(s *Settings, d Dial) http.RoundTripper { return s.openKeystone(options, d) },
	}
}
