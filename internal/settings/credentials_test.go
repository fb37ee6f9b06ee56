// SPDX-License-Identifier: MPL-2.0

package settings_test

import (
	"fmt"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

// A file can have credentials for one region, or only other values for it.
func TestCredentialsOfAnotherRegion(t *testing.T) {
	t.Parallel()
	const entry = `
clouds:
  c:
    auth: {auth_url: "https://iam.eu-de.otc.t-systems.com/v3", %s, domain_id: d, agency_name: a, agency_domain_name: e}
    regions: [eu-de, {name: eu-nl, values: {%s}}]
`
	keys, user := "ak: ak, sk: sk", "username: u, password: pw"
	cases := map[string]struct {
		auth, values string
		want         bool
	}{
		"another URL of IAM":    {keys, "auth: {auth_url: 'https://iam.eu-nl.otc.t-systems.com/v3'}", true},
		"another project":       {keys, "auth: {project_name: eu-nl_x}", true},
		"another certificate":   {keys, "verify: false, cacert: ca.pem", true},
		"another key":           {keys, "auth: {ak: other, sk: other}", false},
		"another secret key":    {keys, "auth: {sk: other}", false},
		"temporary keys":        {keys, "auth: {security_token: st}", false},
		"another account":       {keys, "auth: {domain_id: other}", false},
		"another agency":        {keys, "auth: {agency_name: other}", false},
		"a user":                {keys, "auth: {ak: '', sk: '', " + user + "}", false},
		"the same user":         {user, "auth: {project_name: eu-nl_x}", true},
		"another user":          {user, "auth: {username: other}", false},
		"another password":      {user, "auth: {password: other}", false},
		"the account of a user": {user, "auth: {domain_id: other}", false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			in := row{block: set("cloud", "c", "region", "eu-de"), files: set("clouds.yaml", fmt.Sprintf(entry, c.auth, c.values))}
			own, problems := settings.Resolve(in.input())
			in.target = settings.Target{Region: "eu-nl"}
			other, more := settings.Resolve(in.input())
			if len(problems)+len(more) > 0 {
				t.Fatal(problems, more)
			}
			if got := other.HasCredentialsOf(own); got != c.want {
				t.Errorf("whether the credentials are the same is %t", got)
			}
		})
	}
}
