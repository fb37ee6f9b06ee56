package settings

import (
	"cmp"
	"net/http"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// metadataMethod logs in with the agency of the machine (ECS) that Terraform runs on. It is only used when enabled.
func metadataMethod() method {
	return method{
		name:       "agency of this machine",
		attributes: []string{"use_metadata"},
		selectedBy: []string{"use_metadata"},
		exportedAs: []string{"use_metadata"},
		isOff:      func(r *resolver) bool { return !r.boolean("use_metadata", false) },
		resolve:    resolveMetadata,
	}
}

func resolveMetadata(r *resolver, _ *Settings) Login {
	url := cmp.Or(r.value("metadata_endpoint").Text, DefaultMetadataURL)
	account, _ := r.account()
	return Login{
		Who:     "metadata service " + url,
		signs:   true,
		absent:  true,
		account: account.Text,
		advice: "The machine has no agency, or it gives no keys out. Give the machine an agency with the permission " +
			"ims:images:update.",
		open: func(s *Settings, d Dial) http.RoundTripper {
			metadata := auth.Metadata{
				Way: s.Login.Method, URL: url, Link: auth.NewLocalTransport(), Next: d.Base, Now: d.Now, Secrets: s.Secrets,
			}
			return s.renewing(metadata.Login, d)
		},
	}
}
