// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

// startProxy starts a proxy that responds to all requests with a status. It returns its URL, which contains a password.
func startProxy(t *testing.T, status int) *url.URL {
	t.Helper()
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }))
	t.Cleanup(proxy.Close)
	address, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	address.User = url.UserPassword("user", "hunter2")
	return address
}

func TestProxyErrorNamesProxy(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		url     string
		status  int
		ofProxy bool
	}{
		"a tunnel without a password":       {"https://ims.invalid", 407, true},
		"a tunnel that is forbidden":        {"https://ims.invalid", 403, true},
		"a tunnel that cannot be made":      {"https://ims.invalid", 502, true},
		"a plain request, no password":      {"http://ims.invalid", 407, true},
		"a plain request that is forbidden": {"http://ims.invalid", 403, false}, // the response may come from the service
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy := startProxy(t, c.status)
			transport := newTransport(t, auth.TLS{})
			transport.Proxy = http.ProxyURL(proxy)
			resp, err := transport.RoundTrip(newRequest(t, http.MethodGet, c.url, ""))
			if !c.ofProxy {
				if err != nil || resp.StatusCode != c.status {
					t.Errorf("it ended with %v, %v", resp, err)
				}
				return
			}
			var proxyErr *neterror.ProxyError
			if !errors.As(err, &proxyErr) || proxyErr.Proxy != proxy.Host || proxyErr.Status != c.status {
				t.Errorf("the error is %v", err)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error repeats the password: %v", err)
			}
		})
	}
}

// A 407 is a proxy error even if no proxy is configured.
func TestProxyErrorWithoutConfiguredProxy(t *testing.T) {
	t.Parallel()
	service := startProxy(t, http.StatusProxyAuthRequired)
	service.User = nil
	for _, proxy := range []func(*http.Request) (*url.URL, error){nil, func(*http.Request) (*url.URL, error) { return nil, nil }} {
		transport := newTransport(t, auth.TLS{})
		transport.Proxy = proxy
		_, err := transport.RoundTrip(newRequest(t, http.MethodGet, service.String(), ""))
		var proxyErr *neterror.ProxyError
		if !errors.As(err, &proxyErr) || proxyErr.Proxy != "" || proxyErr.Status != http.StatusProxyAuthRequired {
			t.Errorf("the error is %v", err)
		}
	}
}
