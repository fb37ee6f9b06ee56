// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"net/http"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// tokenMethod uses a token that the user has obtained from IAM. A token is valid for one project.
func tokenMethod() method {
	return method{
		name:       "token",
		attributes: []string{"token"},
		selectedBy: []string{"token"},
		exportedAs: []string{"token"},
		resolve:    resolveToken,
	}
}

func resolveToken(r *resolver, _ *Settings) Login {
	token := r.value("token")
	r.checkHeader("token", token)
	return Login{
		Identity:       "token from " + token.Origin,
		returnsProject: true,
		secrets:        []string{token.Text},
		advice:         "IAM rejected the token. Get a new token. A token is valid for 24 hours at most, and for one region.",
		open: func(s *Settings, d Dependencies) http.RoundTripper {
			return &auth.ProvidedToken{
				Token: auth.Token{Value: token.Text, Next: d.Base},
				IAM:   s.keystone(auth.KeystoneOptions{}, d),
			}
		},
	}
}
