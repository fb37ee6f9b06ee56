// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// ParseEndpoint parses the URL of a service: an absolute http or https URL, with an optional path prefix. It rejects user
// information, a query and a fragment, which could carry a secret or change a request. Its errors contain no part of the
// URL that may be a secret.
func ParseEndpoint(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err != nil {
		// The error of url.Parse repeats the URL, and with it a password.
		return nil, errors.New("it cannot be read as a URL")
	}
	if strings.Contains(s, "@") { // u.User is not set if the scheme or a slash is missing
		return nil, errors.New("it contains a user name or a password: credentials belong in settings of their own")
	}
	if u.RawQuery != "" || u.ForceQuery || u.Fragment != "" {
		return nil, errors.New("it has a query or a fragment: only scheme, host, port and a path prefix can be given")
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("%q is not an absolute http or https URL such as https://ims.eu-de.otc.t-systems.com", s)
	}
	return u, nil
}
