// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/signer"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/request"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

const (
	accessKeyID = "AKTEST"
	secretKey   = "secret-key"
	project     = "0123456789abcdef0123456789abcdef"
	date        = "20240102T030405Z"
)

// clock is date in another time zone than UTC.
func clock() time.Time {
	return time.Date(2024, 1, 2, 5, 4, 5, 678, time.FixedZone("", 2*60*60))
}

// received is a request that a server received.
type received struct {
	*http.Request

	body string
}

// receive sends a request with an access key to a server, and returns the received request.
func receive(t *testing.T, key *auth.AccessKey, method, path, body string) received {
	t.Helper()
	arrived := make(chan received, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		arrived <- received{r, string(content)}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(server.Close)

	r := newRequest(t, method, server.URL+path, body)
	r.Header.Set("X-Project-Id", project)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "test/1")
	key.Next = server.Client().Transport
	send(t, key, r)
	return <-arrived
}

func newKey(securityToken string) *auth.AccessKey {
	return &auth.AccessKey{ID: accessKeyID, Secret: secretKey, SecurityToken: securityToken, Now: clock}
}

// signedByVendor signs a received request with the signer of the vendor's SDK, and returns the Authorization header.
func signedByVendor(t *testing.T, r received, path string) string {
	t.Helper()
	builder := request.NewHttpRequestBuilder().
		WithMethod(r.Method).WithEndpoint("http://"+r.Host).WithPath(path).WithBody("", r.body).
		AddHeaderParam("Host", r.Host).AddHeaderParam("X-Sdk-Date", date).AddHeaderParam("X-Project-Id", project)
	if token := r.Header.Get("X-Security-Token"); token != "" {
		builder.AddHeaderParam("X-Security-Token", token)
	}
	for name, values := range r.URL.Query() {
		builder.AddQueryParam(name, reflect.ValueOf(values))
	}
	headers, err := signer.Sign(builder.Build(), accessKeyID, secretKey)
	if err != nil {
		t.Fatal(err)
	}
	return headers["Authorization"]
}

func TestAccessKeySignsWhatIsSent(t *testing.T) {
	t.Parallel()
	const plain = "/v2/" + project + "/images/i/tags"
	cases := map[string]struct {
		method, path, body string
		signed             string // path that is signed; defaults to path
	}{
		"a list":                       {"GET", plain, "", ""},
		"a write":                      {"POST", plain, `{"tag":{"key":"é","value":""}}`, ""},
		"a delete":                     {"DELETE", plain + "/key", "", ""},
		"no path":                      {"GET", "", "", "/"},
		"a slash at the end":           {"GET", plain + "/", "", plain + "/"},
		"a placeholder of the SDK":     {"DELETE", plain + "/%7Bproject_id%7D", "", plain + "/{project_id}"},
		"spaces and a plus":            {"DELETE", plain + "/a%20b+c", "", plain + "/a b+c"},
		"a slash in a segment":         {"DELETE", plain + "/a%2Fb", "", plain + "/a/b"},
		"a percent":                    {"DELETE", plain + "/100%25%2F", "", plain + "/100%/"},
		"dots":                         {"DELETE", plain + "/%2E%2E", "", plain + "/.."},
		"dots that are not escaped":    {"DELETE", plain + "/..", "", plain + "/.."},
		"reserved characters":          {"DELETE", plain + "/a:b;c=d,e&f@g$h!*'()~", "", ""},
		"another letter":               {"DELETE", plain + "/%C3%A9", "", plain + "/é"},
		"emoji":                        {"DELETE", plain + "/%F0%9F%98%80", "", plain + "/😀"},
		"a query":                      {"GET", plain + "?b=2&a=1&b=1&space=a%20b&plus=%2B&empty=&none&%C3%A9=%2F", "", plain},
		"a body that is no JSON":       {"POST", plain, "\x00\xff {project_id}", ""},
		"a prefix before the version":  {"GET", "/gateway/ims" + plain, "", ""},
		"a body of half a million":     {"POST", plain, strings.Repeat("é", 250_000), ""},
		"a body with escaped sequence": {"POST", plain, `{"a":"<&>\u003c"}`, ""},
	}
	for name, c := range cases {
		for kind, securityToken := range map[string]string{"a permanent key": "", "a temporary key": "security-token"} {
			t.Run(name+" with "+kind, func(t *testing.T) {
				t.Parallel()
				got := receive(t, newKey(securityToken), c.method, c.path, c.body)

				path := c.signed
				if path == "" {
					path = c.path
				}
				authorization := got.Header.Get("Authorization")
				if want := signedByVendor(t, got, path); authorization != want {
					t.Errorf("the signature is\n%s\nthe vendor's is\n%s", authorization, want)
				}
				if want := signedByHand(got, path); authorization != want {
					t.Errorf("the signature is\n%s\nby hand it is\n%s", authorization, want)
				}
				if got := got.Header.Get("X-Sdk-Date"); got != date {
					t.Errorf("the date is %s, want that of the given clock, %s", got, date)
				}
				if got := got.Header.Get("X-Security-Token"); got != securityToken {
					t.Errorf("the security token is %q", got)
				}
				if sent := got.RequestURI; sent != c.path && sent != "/" {
					t.Errorf("the path became %s", sent)
				}
				if got.body != c.body || got.ContentLength != int64(len(c.body)) || len(got.TransferEncoding) > 0 {
					t.Errorf("the body became one of %d bytes, of %d as announced", len(got.body), got.ContentLength)
				}
			})
		}
	}
}

func TestAccessKeySignedHeaders(t *testing.T) {
	t.Parallel()
	const want = "SDK-HMAC-SHA256 Access=AKTEST, SignedHeaders=host;x-project-id;x-sdk-date;x-security-token, Signature="
	got := receive(t, newKey("security-token"), http.MethodPost, "/v2", "body").Header.Get("Authorization")
	if !strings.HasPrefix(got, want) {
		t.Errorf("it is %s, want %s...", got, want)
	}
}
