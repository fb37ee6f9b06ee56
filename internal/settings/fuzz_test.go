// SPDX-License-Identifier: MPL-2.0

package settings_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

// For any provider block and environment, the host of each URL comes from an input or from the default domain.
func FuzzAddresses(f *testing.F) {
	values := []string{"", "otc.t-systems.com", "myhuaweicloud.eu", "https://iam.eu-de.otc.t-systems.com/v3", "https://login.example.com", "https://ims.eu-de.otc.t-systems.com/v2", "eu-de"}
	for i := range values {
		f.Add(values[i], values[(i+1)%7], values[(i+2)%7], values[(i+3)%7], values[(i+4)%7], values[(i+5)%7], values[(i+6)%7], values[i])
	}
	f.Add("eu-de", "otc.t-systems.com", "", "", "", "", "https://keystone.other.example:5000/v3", "")
	f.Add("attacker.example/x", "", "", "https://ims.eu-de.otc.t-systems.com", "", "", "", "")
	f.Fuzz(func(t *testing.T, region, domain, authURL, endpoint, envRegion, envDomain, envAuthURL, envEndpoint string) {
		r := row{
			block: set("region", region, "cloud_domain", domain, "auth_url", authURL, "endpoint", endpoint, "token", "t", "project_id", projectA),
			env:   set("OS_REGION_NAME", envRegion, "HW_CLOUD", envDomain, "OS_AUTH_URL", envAuthURL, "IMS_ENDPOINT", envEndpoint),
		}
		s, problems := settings.Resolve(r.input())
		for _, p := range problems {
			if !p.Warning {
				return
			}
		}
		inputs := []string{domain, authURL, endpoint, envDomain, envAuthURL, envEndpoint}
		named := strings.Join(inputs, "") != ""
		for _, address := range []string{s.Endpoint.Text, s.RegionalEndpoint.Text, s.AuthURL.Text, s.STSURL.Text} {
			if address != "" && !justified(address, s.Region.Text, inputs, named) {
				t.Errorf("%s is not justified by %q", address, inputs)
			}
		}
		if domain == "" {
			return
		}
		if blocked := s.CloudDomain.Text; !strings.EqualFold(blocked, domain) {
			t.Errorf("the block names %q, and the cloud is %q", domain, blocked)
		}
		iam, err := url.Parse(s.AuthURL.Text)
		if s.AuthURL.IsSet() && authURL == "" && (err != nil || !strings.HasSuffix(strings.ToLower(iam.Hostname()), "."+s.CloudDomain.Text)) {
			t.Errorf("the block names %q, and IAM is %s", domain, s.AuthURL)
		}
	})
}

// justified reports whether an input contains the host or the domain of a URL, or the domain is a default.
func justified(address, region string, inputs []string, named bool) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	domain := strings.TrimPrefix(host[strings.Index(host, ".")+1:], strings.ToLower(region)+".")
	for _, input := range inputs {
		if input = strings.ToLower(input); strings.Contains(input, host) || domain != "" && strings.Contains(input, domain) {
			return true
		}
	}
	return !named && (domain == "myhuaweicloud.com" || domain == "myhuaweicloud.eu")
}

// Any clouds.yaml and secure.yaml is read without a panic.
func FuzzClouds(f *testing.F) {
	whole := guideCloud
	for _, seed := range [][2]string{
		{whole, ""},
		{whole, "clouds:\n  otc:\n    auth:\n      password: secret\n"},
		{whole, "clouds:\n  otc:\n"},
		{whole, "clouds: []"},
		{"", ""},
		{"clouds:\n  otc:", ""},
		{"clouds:\n  otc:\n    auth:", "clouds:\n  otc:\n    auth:"},
		{"clouds:\n  otc:\n    auth: text", ""},
		{"clouds:\n  otc:\n    auth: {a: b}\n    regions: [{name: a, values: 3}, 7]\n    profile: otc\n    cloud: [x]\n", ""},
		{"clouds:\n  otc:\n    regions: [{name: a}]\n    cacert: missing.pem\n    verify: false\n", ""},
		{"a: &a [*a]", "\xff"},
	} {
		f.Add([]byte(seed[0]), []byte(seed[1]))
	}
	f.Fuzz(func(t *testing.T, clouds, secure []byte) {
		r := row{block: set("cloud", "otc"), files: set(homeClouds, string(clouds), homeSecure, string(secure))}
		s, problems := settings.Resolve(r.input())
		if s == nil {
			t.Fatalf("there are no settings: %v", problems)
		}
	})
}

// Any profile file is read without a panic.
func FuzzProfile(f *testing.F) {
	for _, seed := range []string{`{"current":"a","profiles":[{"name":"a","accessKeyId":"ak","secretAccessKey":"sk"}]}`, `{"profiles":null}`, `[]`, ``} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		if s, _ := settings.Resolve(row{block: set("profile", "a"), files: set(hcloud, string(content))}.input()); s == nil {
			t.Fatal("there are no settings")
		}
	})
}
