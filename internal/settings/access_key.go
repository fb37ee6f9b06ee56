// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"net/http"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// rejectedKeysAdvice says what to check when IAM or the gateway rejects an access key.
const rejectedKeysAdvice = "The access key was rejected. Check that access_key and secret_key belong together, that temporary keys " +
	"have their security_token, and that the clock of this machine is correct to within 15 minutes."

// accessKeyMethod signs requests with a permanent or temporary access key.
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
	access := r.value("access_key")
	if !access.IsSet() {
		r.addMissing("access_key", "secret_key is set, but access_key")
	}
	owner := identity{"access_key", access}
	secret := r.secretOf("secret_key", "access_key is set, but secret_key", owner)
	// A security token belongs to one access key. One from a lower layer may belong to another access key.
	token := r.alternativesFrom(access.layer, "security_token")[0]
	if r.otherOwner(token, owner) != "" {
		token = Value{}
	}
	r.checkHeader("access_key", access)
	r.checkHeader("secret_key", secret)
	r.checkHeader("security_token", token)
	account, _ := r.account()
	identity := "access_key from " + access.Origin + ", secret_key from " + secret.Origin
	if token.IsSet() {
		identity += ", security_token from " + token.Origin
	}
	return Login{
		Identity: identity,
		signs:    true,
		account:  account.Text,
		secrets:  []string{access.Text, secret.Text, token.Text},
		advice:   rejectedKeysAdvice,
		open: func(_ *Settings, d Dependencies) http.RoundTripper {
			return &auth.AccessKey{ID: access.Text, Secret: secret.Text, SecurityToken: token.Text, Now: d.Now, Next: d.Base}
		},
	}
}

// account returns the id or the name of the account (IAM domain) of the user.
func (r *resolver) account() (id, name Value) {
	id, name = r.idOrName("domain_id", "domain_name")
	if !id.IsSet() && !name.IsSet() {
		id = r.value("default_domain")
		r.checkHeader("default_domain", id)
	}
	return id, name
}
