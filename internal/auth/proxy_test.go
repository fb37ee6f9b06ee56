package auth_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
)

// startProxy returns the URL, with a password, of a proxy that answers everything with a status.
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

func TestAnAnswerOfAProxyNamesIt(t *testing.T) {
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
		"a plain request that is forbidden": {"http://ims.invalid", 403, false}, // it may be the service that answers
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
			var answered *fault.ProxyError
			if !errors.As(err, &answered) || answered.Proxy != proxy.Host || answered.Status != c.status {
				t.Errorf("the error is %v", err)
			}
			if strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error repeats the password: %v", err)
			}
		})
	}
}

// A proxy that nobody configured is one all the same.
func TestAProxyThatIsNotConfigured(t *testing.T) {
	t.Parallel()
	service := startProxy(t, http.StatusProxyAuthRequired)
	service.User = nil
	for _, proxy := range []func(*http.Request) (*url.URL, error){nil, func(*http.Request) (*url.URL, error) { return nil, nil }} {
		transport := newTransport(t, auth.TLS{})
		transport.Proxy = proxy
		_, err := transport.RoundTrip(newRequest(t, http.MethodGet, service.String(), ""))
		var answered *fault.ProxyError
		if !errors.As(err, &answered) || answered.Proxy != "" || answered.Status != http.StatusProxyAuthRequired {
			t.Errorf("the error is %v", err)
		}
	}
}
