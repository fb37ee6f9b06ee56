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

// startWithCheck starts a mock that has an image, and whose tokens a function judges. Its endpoint is a proxy: Keystone
// chooses the ids of its projects, and the mock takes the tokens of others for imstest.ProjectID alone.
func startWithCheck(t *testing.T, who account, isGood func(token string) bool) (mock *imstest.Server, image, endpoint string) {
	t.Helper()
	mock = imstest.Start(t, imstest.WithTokenCheck(isGood))
	target := parseURL(t, mock.URL())
	rename := strings.NewReplacer("/v2/"+who.projectID+"/", "/v2/"+imstest.ProjectID+"/")
	endpoint = startProxy(t, &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.URL.Path, r.Out.URL.RawPath = rename.Replace(r.Out.URL.Path), rename.Replace(r.Out.URL.RawPath)
	}})
	return mock, mock.AddImage("golden"), endpoint
}

// loginLog is a reverse proxy before Keystone that notes how each login was answered.
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
		ModifyResponse: log.note,
	}) + "/v3"
	return log
}

func (l *loginLog) note(resp *http.Response) error {
	if resp.Request.Method == http.MethodPost && resp.Request.URL.Path == "/v3/auth/tokens" {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.statuses = append(l.statuses, resp.StatusCode)
	}
	return nil
}

// take returns the statuses since the last call.
func (l *loginLog) take() []int {
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
