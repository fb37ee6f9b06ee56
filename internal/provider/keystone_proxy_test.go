// SPDX-License-Identifier: MPL-2.0

//go:build keystone

package provider_test

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// startWithCheck starts a mock with an image that accepts the tokens for which isValid returns true. The endpoint is a
// proxy that replaces the project id, because Keystone generates the ids of its projects and the mock accepts foreign
// tokens for imstest.ProjectID only.
func startWithCheck(t *testing.T, user account, isValid func(token string) bool) (mock *imstest.Server, image, endpoint string) {
	t.Helper()
	mock = imstest.Start(t, imstest.WithTokenCheck(isValid))
	target := parseURL(t, mock.URL())
	rename := strings.NewReplacer("/v2/"+user.projectID+"/", "/v2/"+imstest.ProjectID+"/")
	endpoint = startProxy(t, &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.URL.Path, r.Out.URL.RawPath = rename.Replace(r.Out.URL.Path), rename.Replace(r.Out.URL.RawPath)
	}})
	return mock, mock.AddImage("golden"), endpoint
}

// loginLog is a reverse proxy in front of Keystone that records the HTTP status of each login.
type loginLog struct {
	url string

	mu       sync.Mutex
	statuses []int
}

func watchLogins(t *testing.T, keystone *realm) *loginLog {
	t.Helper()
	target := parseURL(t, strings.TrimSuffix(keystone.url, "/v3"))
	log := &loginLog{}
	log.url = startProxy(t, &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target) },
		ModifyResponse: log.record,
	}) + "/v3"
	return log
}

func (l *loginLog) record(resp *http.Response) error {
	if resp.Request.Method == http.MethodPost && resp.Request.URL.Path == "/v3/auth/tokens" {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.statuses = append(l.statuses, resp.StatusCode)
	}
	return nil
}

// drain returns the statuses since the last call of drain.
func (l *loginLog) drain() []int {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := l.statuses
	l.statuses = nil
	return taken
}

func startProxy(t *testing.T, proxy *httputil.ReverseProxy) string {
	t.Helper()
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server.URL
}

func parseURL(t *testing.T, text string) *url.URL {
	t.Helper()
	parsed, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}
