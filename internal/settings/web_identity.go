package settings

import (
	"net/http"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// webIdentity logs in with an identity that a CI system vouches for (OpenID Connect).
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
		r.missing("assume_role_with_oidc.idp_id", "The identity provider of the web identity")
	}
	if !token.IsSet() && !tokenFile.IsSet() {
		r.missing("assume_role_with_oidc.id_token_file", "The token of the web identity")
	}
	if token.IsSet() && tokenFile.IsSet() {
		r.lacks(nil, "id_token and id_token_file contradict each other: set only one of them.")
	}
	r.needAuthURL(s)

	identity := auth.WebIdentity{
		IdentityProvider: provider.Text, IDToken: token.Text, IDTokenFile: r.expand(tokenFile.Text),
	}
	if !s.Role.IsSet() {
		identity.ProjectID, identity.ProjectName = s.ProjectID.Text, s.LookUpName()
	}
	return Login{
		Who:        "identity provider " + provider.String() + ", token from " + token.or(tokenFile).Origin,
		hasProject: true,
		scoped:     true,
		secrets:    []string{token.Text},
		advice: "IAM does not accept the web identity. Check idp_id, that the token is fresh and made for this cloud, and " +
			"that the project exists.",
		open: func(s *Settings, d Dial) http.RoundTripper {
			return s.renewing(s.IAM(d.Base, d).WebIdentity(identity, d.Base, d.Now), d)
		},
	}
}
