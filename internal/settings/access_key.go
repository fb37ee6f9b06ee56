package settings

import (
	"net/http"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// refusedKeys is what to check when keys are refused.
const refusedKeys = "The service does not accept the credentials. Check that access key and secret key belong together, that " +
	"temporary keys come with their security_token, and that the clock of this machine is right to within 15 minutes."

// accessKeyMethod signs calls with an access key, permanent or temporary.
func accessKeyMethod() method {
	keys := []string{"access_key", "secret_key", "security_token"}
	return method{
		name:       "access key",
		attributes: keys,
		selectedBy: keys,
		exportedAs: []string{"access_key", "secret_key"},
		resolve:    resolveAccessKey,
	}
}

func resolveAccessKey(r *resolver, _ *Settings) Login {
	access, secret := r.value("access_key"), r.value("secret_key")
	// A security token belongs to its access key: one that is exported for another key is not taken with this one.
	token := r.alternativesFrom(access.layer, "security_token")[0]
	if !access.IsSet() {
		r.missing("access_key", "secret_key is set, but its access key")
	}
	if !secret.IsSet() {
		r.missing("secret_key", "access_key is set, but its secret key")
	}
	account, _ := r.account()
	who := "access_key from " + access.Origin + ", secret_key from " + secret.Origin
	if token.IsSet() {
		who += ", security_token from " + token.Origin
	}
	return Login{
		Who:     who,
		signs:   true,
		account: account.Text,
		secrets: []string{access.Text, secret.Text, token.Text},
		advice:  refusedKeys,
		open: func(_ *Settings, d Dial) http.RoundTripper {
			return &auth.AccessKey{ID: access.Text, Secret: secret.Text, SecurityToken: token.Text, Now: d.Now, Next: d.Base}
		},
	}
}

// account returns the account (IAM domain) that logs in, by id or by name.
func (r *resolver) account() (id, name Value) {
	id, name = r.idOrName("domain_id", "domain_name")
	if !id.IsSet() && !name.IsSet() {
		return r.value("default_domain"), Value{}
	}
	return id, name
}
