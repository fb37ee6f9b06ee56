// SPDX-License-Identifier: MPL-2.0

package settings

import (
	"cmp"
	"net/http"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// metadataMethod logs in with the agency of the ECS instance that Terraform runs on. It is only used when enabled.
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
	configured, _ := r.parsed("metadata_endpoint", r.value("metadata_endpoint")) // the service has no https
	url := cmp.Or(configured.Text, DefaultMetadataURL)
	account, _ := r.account()
	return Login{
		Identity:            "metadata service " + url,
		signs:               true,
		notFoundMeansAbsent: true,
		account:             account.Text,
		advice: "This machine has no agency, or the metadata service rejected the request. Assign an agency with the permissions " +
			"ims:images:update and ims:images:list to this machine, or use another login method instead of use_metadata.",
		adviceNoResponse: "The metadata service did not respond. This machine is not a server of the cloud, or cannot reach the service. Use " +
			"another login method instead of use_metadata, or set IMS_METADATA_ENDPOINT.",
		open: func(s *Settings, d Dependencies) http.RoundTripper {
			metadata := auth.Metadata{
				Method: s.Login.Method, URL: url, Transport: auth.NewLocalTransport(), Next: d.Base, Now: d.Now, Secrets: s.Secrets,
			}
			return s.renewing(metadata.Login, d)
		},
	}
}
