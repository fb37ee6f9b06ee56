// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

func TestParseEndpoint(t *testing.T) {
	t.Parallel()
	const relative, query, user = "not an absolute http or https URL", "a query or a fragment", "credentials belong in settings of their own"
	cases := map[string]struct{ endpoint, problem string }{
		"https":                          {"https://ims.example.com", ""},
		"http":                           {"http://127.0.0.1:8080", ""},
		"an IPv6 address":                {"http://[::1]:8080", ""},
		"a path prefix":                  {"https://ims.example.com/prefix/", ""},
		"capitals":                       {"HTTPS://IMS.example.com", ""},
		"an empty text":                  {"", relative},
		"only a host":                    {"ims.example.com", relative},
		"a host and a port":              {"ims.example.com:443", relative},
		"a host without a scheme":        {"//ims.example.com", relative},
		"only a scheme":                  {"https://", relative},
		"only a port":                    {"https://:443", relative},
		"a missing slash":                {"https:/ims.example.com", relative},
		"another scheme":                 {"ftp://ims.example.com", relative},
		"a file":                         {"file:///etc/passwd", relative},
		"a query":                        {"https://ims.example.com/?token=hunter2", query},
		"an empty query":                 {"https://ims.example.com/?", query},
		"a query without a scheme":       {"ims.example.com?token=hunter2", query},
		"a fragment":                     {"https://ims.example.com/#hunter2", query},
		"a user":                         {"https://hunter2@ims.example.com", user},
		"a user and a password":          {"https://u:hunter2@ims.example.com", user},
		"a password without a scheme":    {"u:hunter2@ims.example.com", user},
		"a password and a missing slash": {"https:/u:hunter2@ims.example.com", user},
		"a password and no slashes":      {"https:u:hunter2@ims.example.com", user},
		"a password and a wrong port":    {"https://u:hunter2@ims.example.com:port", "cannot be read as a URL"},
		"a password with a percent":      {"https://u:hunter2%zz@ims.example.com", "cannot be read as a URL"},
		"a control character":            {"https://ims.example.com\n", "cannot be read as a URL"},
		"an invalid escape":              {"https://ims.example.com/%zz", "cannot be read as a URL"},
		"a space in the host name":       {"https://ims example.com", "cannot be read as a URL"},
		"an IPv6 address without a ]":    {"https://[::1", "cannot be read as a URL"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u, err := ims.ParseEndpoint(c.endpoint)
			if c.problem == "" {
				if err != nil || u.Host == "" {
					t.Errorf("the URL is %v, %v", u, err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.problem) {
				t.Fatalf("the error is %v, want %q", err, c.problem)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error repeats what may be a secret: %v", err)
			}
		})
	}
}
