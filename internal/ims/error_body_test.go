// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

func TestErrorFromResponseBody(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		body                     string
		code, message, requestID string
	}{
		"the service":                        {`{"error":{"code":"IMG.0116","message":"too many tags"}}`, "IMG.0116", "too many tags", "header"},
		"the gateway":                        {`{"error_code":"APIGW.0308","error_msg":"policy user over ratelimit,limit:200","request_id":"body"}`, "APIGW.0308", "policy user over ratelimit,limit:200", "body"},
		"another gateway":                    {`{"error_msg":"no backend","error_code":"APIG.0103","request_id":"body"}`, "APIG.0103", "no backend", "body"},
		"IAM, with an integer":               {`{"error":{"code":401,"message":"Please log in.","title":"Unauthorized"}}`, "401", "Please log in.", "header"},
		"the gateway's fields in error":      {`{"error":{"error_code":"IMG.0026","error_msg":"no right"}}`, "IMG.0026", "no right", "header"},
		"a request id in error":              {`{"error":{"code":"IMG.0026","message":"no","request_id":"inner"},"request_id":"outer"}`, "IMG.0026", "no", "inner"},
		"flat":                               {`{"code":"IMG.0047","message":"not the owner"}`, "IMG.0047", "not the owner", "header"},
		"flat, with an integer":              {`{"code":403,"message":"no"}`, "403", "no", "header"},
		"a code of null":                     {`{"code":null,"message":"no"}`, "", "no", "header"},
		"a code alone":                       {`{"error":{"code":"IMG.0001"}}`, "IMG.0001", "", "header"},
		"an error that is a string":          {`{"error":"Not Found","message":"no such path","status":404}`, "", "no such path", "header"},
		"an error of null":                   {`{"error":null,"error_code":"APIGW.0101","error_msg":"no API"}`, "APIGW.0101", "no API", "header"},
		"escaped letters":                    {`{"code":"IMG.0001","message":"\u00e9 \u003c \/"}`, "IMG.0001", "é < /", "header"},
		"line breaks and control characters": {`{"code":"IMG.0001","message":" a\r\n\tb\u0000c\u001b[31m "}`, "IMG.0001", "a b c [31m", "header"},
		"JSON in an unknown form":            {`{"fault":{"reason":"x"}}`, "", `{"fault":{"reason":"x"}}`, "header"},
		"an array":                           {`["a"]`, "", `["a"]`, "header"},
		"a number as a message":              {`{"error_code":"APIGW.0101","error_msg":1}`, "", `{"error_code":"APIGW.0101","error_msg":1}`, "header"},
		"text":                               {" no healthy\n upstream \n", "", "no healthy upstream", "header"},
		"an empty body":                      {"", "", "", "header"},
		"half of JSON":                       {`{"error":{"code":"IMG.01`, "", `{"error":{"code":"IMG.01`, "header"},
		"a page":                             {"<html><head><title>502</title></head><body><h1>Bad &amp; Gateway</h1><hr/>nginx<br>1.2</body></html>", "", "502 Bad & Gateway nginx 1.2", "header"},
		"a page with scripts and styles":     {"<style>p{color:red}</style><script type=x>if (a<b) {alert('no')}</script><!-- no --><p>Sign in</p>", "", "Sign in", "header"},
		"a page with capital tags":           {"<SCRIPT>no</SCRIPT><P>Sign in", "", "Sign in", "header"},
		"a page of scripts alone":            {"<script>no()</script>", "", "", "header"},
		"bytes that are not UTF-8":           {"<p>\xb4\xed\xce\xf3</p>", "", "\uFFFD", "header"},
		"a message of 600 characters":        {strings.Repeat("é", 600), "", strings.Repeat("é", 500) + "...", "header"},
		"a message of 500 characters":        {strings.Repeat("é", 500), "", strings.Repeat("é", 500), "header"},
		"a long message of the service":      {`{"code":"IMG.0001","message":"` + strings.Repeat("x", 501) + `"}`, "IMG.0001", strings.Repeat("x", 500) + "...", "header"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Request-Id", "header")
				respond(418, c.body)(w, r)
			})
			err := newClient(t, s.URL).WriteTag(t.Context(), image, ims.Tag{Key: "k"})
			e := asError(t, err)
			if e.StatusCode != http.StatusTeapot || e.Code != c.code || e.Message != c.message || e.RequestID != c.requestID {
				t.Errorf("the error is %d %q, %q, %q, want %q, %q, %q", e.StatusCode, e.Code, e.Message, e.RequestID, c.code, c.message, c.requestID)
			}
			if !utf8.ValidString(err.Error()) {
				t.Errorf("the error is not UTF-8: %q", err.Error())
			}
		})
	}
}

func TestErrorWithoutRequestID(t *testing.T) {
	t.Parallel()
	s := serve(t, respond(403, `{"error":{"code":"IMG.0026","message":"no right"}}`))
	err := newClient(t, s.URL).WriteTag(t.Context(), image, ims.Tag{Key: "k"})
	if got, want := err.Error(), "POST "+tagPath+": HTTP 403 Forbidden IMG.0026: no right"; got != want {
		t.Errorf("the error is %q, want %q", got, want)
	}
}

// Gateways repeat tokens in their messages, and JSON escapes some characters of a token.
func TestSecretsInErrorsAreRedacted(t *testing.T) {
	t.Parallel()
	const secret = "MII+a/b=<&é"
	cases := map[string]string{
		"plain":                          `{"error_code":"APIGW.0301","error_msg":"decrypt token fail, token:` + secret + `"}`,
		"escaped":                        `{"error_code":"APIGW.0301","error_msg":"decrypt token fail, token:MII\u002ba\/b\u003d\u003c\u0026\u00e9"}`,
		"in the code":                    `{"code":"` + secret + `","message":"decrypt token fail, token:***"}`,
		"in the request id":              `{"request_id":"` + secret + `","code":"***","message":"decrypt token fail, token:***"}`,
		"in a page":                      `<p>decrypt token fail, token:MII+a/b=&lt;&amp;&eacute;</p>`,
		"where the message is cut":       `{"message":"decrypt token fail, token:` + secret + strings.Repeat(" filling", 100) + `"}`,
		"where half of it would be left": `{"message":"decrypt token fail, token:***` + strings.Repeat("x", 500-len("decrypt token fail, token:***")-5) + secret + `"}`,
		"in plain text":                  `decrypt token fail, token:` + secret[:8] + secret[8:],
	}
	for name, body := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, respond(401, body))
			c := newClient(t, s.URL, func(c *ims.Config) {
				c.Redact = func(s string) string { return strings.ReplaceAll(s, secret, "***") }
			})
			err := c.WriteTag(t.Context(), image, ims.Tag{Key: "k"})
			if strings.Contains(err.Error(), "MII") {
				t.Errorf("the error repeats the secret: %v", err)
			}
			if !strings.Contains(err.Error(), "decrypt token fail, token:***") {
				t.Errorf("the rest of the message is missing: %v", err)
			}
		})
	}
}
