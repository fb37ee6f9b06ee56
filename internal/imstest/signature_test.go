// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/signer"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/request"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// serverTime is the time of the server in the tests of signatures.
var serverTime = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// signing is a request to sign with the vendor's signer.
type signing struct {
	method, path, body string // the path is decoded
	query              map[string][]string
	access, secret     string
	header             map[string]string // signed
	date               time.Time
}

// sign returns the request as the vendor's SDK sends it.
func (g signing) sign(t *testing.T, s *imstest.Server) *http.Request {
	t.Helper()
	builder := request.NewHttpRequestBuilder().WithMethod(g.method).WithEndpoint(s.URL()).WithPath(g.path).WithBody("", g.body).
		AddHeaderParam("Content-Type", "application/json;charset=UTF-8").
		AddHeaderParam("X-Project-Id", imstest.ProjectID).
		AddHeaderParam("X-Sdk-Date", g.date.Format(signer.BasicDateFormat))
	for name, value := range g.header {
		builder.AddHeaderParam(name, value)
	}
	for name, values := range g.query {
		builder.AddQueryParam(name, reflect.ValueOf(values))
	}
	unsigned := builder.Build()
	added, err := signer.Sign(unsigned, g.access, g.secret)
	if err != nil {
		t.Fatal(err)
	}

	query := strings.ReplaceAll(url.Values(g.query).Encode(), "+", "%20")
	r := newRequest(t, s, g.method, (&url.URL{Path: g.path, RawQuery: query}).RequestURI(), g.body)
	r.Header.Del("X-Auth-Token")
	for name, value := range unsigned.GetHeaderParams() {
		r.Header.Set(name, value)
	}
	for name, value := range added {
		r.Header.Set(name, value)
	}
	return r
}

func startAt(t *testing.T, now time.Time) *imstest.Server {
	t.Helper()
	return imstest.Start(t, imstest.WithClock(func() time.Time { return now }))
}

func permanent(method, path, body string) signing {
	return signing{method: method, path: path, body: body, access: imstest.AccessKey, secret: imstest.SecretKey, date: serverTime}
}

func temporary(path string) signing {
	g := permanent(http.MethodGet, path, "")
	g.access, g.secret = imstest.TempAccessKey, imstest.TempSecretKey
	g.header = map[string]string{"X-Security-Token": imstest.TempSecurityToken}
	return g
}

func TestSignaturesOfTheVendorsSigner(t *testing.T) {
	t.Parallel()
	const image = "11111111-2222-4333-8444-555555555555"
	write := permanent(http.MethodPost, tagsPath(image), `{"tag":{"key":"鍵","value":"é"}}`)
	withHost := write
	withHost.header = map[string]string{"Host": "set below"}
	search := permanent(http.MethodGet, tagsPath(image), "")
	search.query = map[string][]string{"b": {"2", "1"}, "a": {"x y/é~"}, "plus": {"+"}, "empty": {""}}
	spaces := permanent(http.MethodGet, tagsPath(image), "")
	spaces.header = map[string]string{"X-Extra": "  a value  "}

	cases := map[string]signing{
		"a request with a body":          write,
		"a request without a body":       permanent(http.MethodGet, tagsPath(image), ""),
		"a request that signs the host":  withHost,
		"a request with a query":         search,
		"a header with spaces around it": spaces,
		"temporary keys":                 temporary(tagsPath(image)),
	}
	for _, key := range []string{"plain", "with space", "a+b", "100%", "a=b&c", "a:b@c", "(x)*!'", "{key}", "~tilde", "ü", "鍵", "😀", "a/b", "a?b#c", `"\`} {
		cases["a path that ends in "+key] = permanent(http.MethodDelete, tagsPath(image)+"/"+key, "")
	}
	for name, g := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startAt(t, serverTime)
			s.PutImage(imstest.Image{ID: image})
			if _, signsHost := g.header["Host"]; signsHost {
				g.header = map[string]string{"Host": strings.TrimPrefix(s.URL(), "http://")}
			}
			if got := do(t, g.sign(t, s)); got.status == http.StatusUnauthorized {
				t.Errorf("got %d %s", got.status, got.body)
			}
		})
	}
}

// A key that contains a slash is sent escaped, but the signature is of the unescaped path.
func TestSignatureOfAnEscapedSlash(t *testing.T) {
	t.Parallel()
	s := startAt(t, serverTime)
	image := s.AddImage("golden")
	s.SetTag(image, "a/b", "v")
	r := permanent(http.MethodDelete, tagsPath(image)+"/a/b", "").sign(t, s)
	r.URL.RawPath = tagsPath(image) + "/a%2Fb"
	do(t, r).expect(t, http.StatusNoContent, "")
	expectTags(t, s, image, nil)
}

func TestSignaturesThatAreRefused(t *testing.T) {
	t.Parallel()
	const image = "11111111-2222-4333-8444-555555555555"
	search := permanent(http.MethodGet, tagsPath(image), "")
	search.query = map[string][]string{"a": {"x y"}}
	write := func() signing { return permanent(http.MethodPost, tagsPath(image), `{"tag":{"key":"k","value":"v"}}`) }
	noToken := temporary(tagsPath(image))
	noToken.header = nil
	wrongToken := temporary(tagsPath(image))
	wrongToken.header = map[string]string{"X-Security-Token": "another"}
	foreignToken := permanent(http.MethodGet, tagsPath(image), "")
	foreignToken.header = map[string]string{"X-Security-Token": imstest.TempSecurityToken}
	wrongSecret, wrongAccess, early, late := write(), write(), write(), write()
	wrongSecret.secret = "another"
	wrongAccess.access = "another"
	early.date = serverTime.Add(15*time.Minute + time.Second)
	late.date = serverTime.Add(-15*time.Minute - time.Second)

	cases := map[string]struct {
		signing signing
		change  func(*http.Request) // after it was signed
	}{
		"another secret key":                  {signing: wrongSecret},
		"an unknown access key":               {signing: wrongAccess},
		"a date that is too old":              {signing: late},
		"a date that is too new":              {signing: early},
		"temporary keys without their token":  {signing: noToken},
		"temporary keys with another token":   {signing: wrongToken},
		"permanent keys with a token":         {signing: foreignToken},
		"a method that was changed":           {write(), func(r *http.Request) { r.Method = http.MethodPut; r.URL.Path = tagsPath(image) + "/action" }},
		"a path that was changed":             {write(), func(r *http.Request) { r.URL.Path = tagsPath(absentImage) }},
		"a query that was added":              {write(), func(r *http.Request) { r.URL.RawQuery = "a=b" }},
		"a space that is sent as a plus":      {search, func(r *http.Request) { r.URL.RawQuery = "a=x+y" }},
		"a query that is not escaped":         {search, func(r *http.Request) { r.URL.RawQuery = "a=x%zzy" }},
		"a body that was changed":             {write(), func(r *http.Request) { replaceBody(r, `{"tag":{"key":"k","value":"w"}}`) }},
		"a signed header that was changed":    {write(), func(r *http.Request) { r.Header.Set("X-Project-Id", "another") }},
		"a signed header that was removed":    {write(), func(r *http.Request) { r.Header.Del("X-Project-Id") }},
		"a date that was changed":             {write(), func(r *http.Request) { r.Header.Set("X-Sdk-Date", "20260102T030406Z") }},
		"a date that is missing":              {write(), func(r *http.Request) { r.Header.Del("X-Sdk-Date") }},
		"a date that is not signed":           {write(), unsign("x-sdk-date")},
		"a security token that is not signed": {temporary(tagsPath(image)), unsign("x-security-token")},
		"a project that is not signed":        {write(), func(r *http.Request) { swap(r, "x-project-id", "x-sdk-date") }},
		"a truncated signature":               {write(), func(r *http.Request) { r.Header.Set("Authorization", r.Header.Get("Authorization")[:80]) }},
		"the name of another algorithm":       {write(), func(r *http.Request) { swap(r, "SDK-HMAC-SHA256", "SDK-HMAC-SM3") }},
	}
	reasons := map[string]string{ // of those that would also fail as a mismatch
		"a date that is not signed":           "X-Sdk-Date is not signed",
		"a security token that is not signed": "the security token of the temporary key is not signed",
		"a project that is not signed":        "X-Project-Id is not signed",
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := startAt(t, serverTime)
			s.PutImage(imstest.Image{ID: image})
			r := c.signing.sign(t, s)
			if c.change != nil {
				c.change(r)
			}
			got := do(t, r)
			if r.Method == http.MethodPut { // no API has this method; it must not be carried out
				got.expect(t, http.StatusNotFound, "APIGW.0101")
				return
			}
			got.expect(t, http.StatusUnauthorized, "APIGW.0301")
			for _, text := range []string{"Incorrect IAM authentication information", "verify", reasons[name]} {
				if !strings.Contains(got.body, text) {
					t.Errorf("the answer %s does not contain %q", got.body, text)
				}
			}
			expectTags(t, s, image, nil)
		})
	}
}

func TestSignaturesAtTheMaximumClockSkew(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{-15 * time.Minute, 15 * time.Minute} {
		s := startAt(t, serverTime)
		g := permanent(http.MethodGet, projectPath("tags"), "")
		g.date = serverTime.Add(off)
		do(t, g.sign(t, s)).expect(t, http.StatusOK, "")
	}
}

func TestKeysAddedByAnOption(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t, imstest.WithClock(func() time.Time { return serverTime }), imstest.WithAccessKey("access", "secret", ""))
	g := permanent(http.MethodGet, projectPath("tags"), "")
	g.access, g.secret = "access", "secret"
	do(t, g.sign(t, s)).expect(t, http.StatusOK, "")
}

func replaceBody(r *http.Request, body string) {
	other, _ := http.NewRequest(r.Method, r.URL.String(), strings.NewReader(body))
	r.Body, r.GetBody, r.ContentLength = other.Body, other.GetBody, other.ContentLength
}

// unsign removes a header from the list of signed headers.
func unsign(header string) func(*http.Request) {
	return func(r *http.Request) { swap(r, header, "x-project-id") }
}

func swap(r *http.Request, old, with string) {
	r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), old, with, 1))
}
