// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"net/http"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// webIdentity logs in with an OpenID Connect ID token, for example of a CI system.
func webIdentity() method {
	token := []string{"assume_role_with_oidc.id_token", "assume_role_with_oidc.id_token_file"}
	return method{
		name:       "web identity (OIDC)",
		attributes: append([]string{"assume_role_with_oidc"}, token...),
		selectedBy: []string{"assume_role_with_oidc"},
		exportedAs: token,
		resolve:    resolveWebIdentity,
	}
}

func resolveWebIdentity(r *resolver, s *Settings) Login {
	provider := r.value("assume_role_with_oidc.idp_id")
	tokens := r.alternatives("assume_role_with_oidc.id_token", "assume_role_with_oidc.id_token_file")
	token, tokenFile := tokens[0], tokens[1]
	if !provider.IsSet() {
		r.addMissing("assume_role_with_oidc.idp_id", "The identity provider of the web identity")
	}
	if !token.IsSet() && !tokenFile.IsSet() {
		r.addMissing("assume_role_with_oidc.id_token_file", "The ID token of the web identity")
	}
	if token.IsSet() && tokenFile.IsSet() {
		r.addIncomplete(nil, "id_token and id_token_file of assume_role_with_oidc conflict: set only one of them.")
	}
	r.checkHeader("assume_role_with_oidc.idp_id", provider)
	r.checkHeader("assume_role_with_oidc.id_token", token)
	r.requireAuthURL(s)

	identity := auth.WebIdentity{
		IdentityProvider: provider.Text, IDToken: token.Text, IDTokenFile: r.expand(tokenFile.Text),
	}
	if !s.Role.IsSet() {
		identity.ProjectID, identity.ProjectName = s.ProjectID.Text, s.ProjectLookupName()
	}
	return Login{
		Identity:        "identity provider " + provider.String() + ", token from " + token.or(tokenFile).Origin,
		returnsProject:  true,
		scopedToProject: true,
		secrets:         []string{token.Text},
		advice: "IAM rejected the web identity. Check idp_id, that the ID token has not expired and was issued for this cloud, and " +
			"that the project exists.",
		open: func(s *Settings, d Dependencies) http.RoundTripper {
			return s.renewing(s.IAM(s.guarded(d.Base, d), d).WebIdentity(identity, d.Base, d.Now), d)
		},
	}
}
