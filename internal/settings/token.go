package settings

import (
	"net/http"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// tokenMethod logs in with a token that somebody else logged in for. It is good for one project.
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
	return Login{
		Who:        "token from " + token.Origin,
		hasProject: true,
		secrets:    []string{token.Text},
		advice:     "IAM does not accept the token. Get a new one: it is good for 24 hours at most, and for one region.",
		open: func(s *Settings, d Dial) http.RoundTripper {
			return &auth.GivenToken{
				Token: auth.Token{Value: token.Text, Next: d.Base},
				IAM:   s.keystone(auth.KeystoneOptions{}, d),
			}
		},
	}
}
