// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"testing"

	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
)

func TestImageEndpointOfACatalog(t *testing.T) {
	t.Parallel()
	entry := func(service, side, region, url string) tokens.CatalogEntry {
		return tokens.CatalogEntry{Type: service, Endpoints: []tokens.Endpoint{{Interface: side, Region: region, URL: url}}}
	}
	cases := map[string]struct {
		entries []tokens.CatalogEntry
		want    string
	}{
		"with a version and a project":  {[]tokens.CatalogEntry{entry("imsv2", "public", "eu-de", "https://ims.eu-de.example.com/v2/0123")}, "https://ims.eu-de.example.com"},
		"without a version":             {[]tokens.CatalogEntry{entry("ims", "public", "eu-de", "https://ims.eu-de.example.com/")}, "https://ims.eu-de.example.com"},
		"a host that looks like one":    {[]tokens.CatalogEntry{entry("ims", "public", "eu-de", "https://v2.example.com")}, "https://v2.example.com"},
		"behind a prefix":               {[]tokens.CatalogEntry{entry("ims", "public", "eu-de", "https://example.com/image/v2.0")}, "https://example.com/image"},
		"the vendor's before the other": {[]tokens.CatalogEntry{entry("image", "public", "eu-de", "https://glance"), entry("ims", "public", "eu-de", "https://ims")}, "https://ims"},
		"another region":                {[]tokens.CatalogEntry{entry("ims", "public", "eu-nl", "https://ims")}, ""},
		"another side":                  {[]tokens.CatalogEntry{entry("ims", "internal", "eu-de", "https://ims")}, ""},
		"another service":               {[]tokens.CatalogEntry{entry("compute", "public", "eu-de", "https://ecs")}, ""},
		"nothing":                       {nil, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := imageEndpoint(c.entries, "eu-de"); got != c.want {
				t.Errorf("the endpoint is %q, want %q", got, c.want)
			}
		})
	}
	if got := imageEndpoint([]tokens.CatalogEntry{entry("ims", "public", "eu-de", "https://ims.de")}, ""); got != "https://ims.de" {
		t.Errorf("the endpoint of the only region is %q", got)
	}
	two := []tokens.CatalogEntry{entry("ims", "public", "eu-de", "https://ims.de"), entry("ims", "public", "eu-nl", "https://ims.nl")}
	if got := imageEndpoint(two, ""); got != "" {
		t.Errorf("of two regions the endpoint %q is taken, and nobody named one", got)
	}
}
