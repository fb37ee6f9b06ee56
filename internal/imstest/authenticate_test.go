// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func TestTokens(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		header http.Header
		code   string
	}{
		"the token is accepted":          {http.Header{"X-Auth-Token": {imstest.Token}}, ""},
		"a token added by an option":     {http.Header{"X-Auth-Token": {"another"}}, ""},
		"no credentials":                 {http.Header{}, "APIGW.0301"},
		"an unknown token":               {http.Header{"X-Auth-Token": {"unknown"}}, "APIGW.0301"},
		"an expired token":               {http.Header{"X-Auth-Token": {"expired"}}, "APIGW.0307"},
		"another scheme":                 {http.Header{"Authorization": {"Bearer " + imstest.Token}}, "APIGW.0301"},
		"a signature without its fields": {http.Header{"Authorization": {"SDK-HMAC-SHA256 "}}, "APIGW.0301"},
		"a valid token with an invalid signature": {
			http.Header{"X-Auth-Token": {imstest.Token}, "Authorization": {"SDK-HMAC-SHA256 Access=x, SignedHeaders=x-sdk-date, Signature=0"}},
			"APIGW.0301",
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := imstest.Start(t, imstest.WithToken("another"), imstest.WithToken("expired"))
			s.ExpireToken("expired")
			r := newRequest(t, s, http.MethodGet, projectPath("tags"), "")
			r.Header = c.header
			got := do(t, r)
			if c.code == "" {
				got.expect(t, http.StatusOK, "")
				return
			}
			got.expect(t, http.StatusUnauthorized, c.code)
			if !strings.Contains(got.body, "Incorrect IAM authentication information") {
				t.Errorf("the answer %s does not state the reason", got.body)
			}
		})
	}
}

func TestAWriteWithoutValidCredentialsChangesNothing(t *testing.T) {
	t.Parallel()
	s, image := startWithTags(t, nil)
	r := newRequest(t, s, http.MethodPost, tagsPath(image), tagBody(t, "k", "v"))
	r.Header.Set("X-Auth-Token", "unknown")
	do(t, r).expect(t, http.StatusUnauthorized, "APIGW.0301")
	expectTags(t, s, image, nil)
}
