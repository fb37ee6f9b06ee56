// SPDX-License-Identifier: MPL-2.0

package apierror_test

import (
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/apierror"
)

// Whatever a body holds, it is read without a panic into one valid line each, none of which holds a secret.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"", "null", "[]", `{"error":{"code":"IMG.0115","message":"m"}}`, `{"error_code":"APIGW.0301","error_msg":"m","request_id":"r"}`,
		`{"error":{"code":401,"message":"m","title":"t"}}`, `{"error":"text"}`, `{"code":{},"message":1}`, "<html><p>a</p><script>b</script>",
		"\xff\x00", `{"message":"hunter2"}`, `{"message":"hun\u0074er2"}`, `{"detail":["hun\u0074er2"]}`,
	} {
		f.Add([]byte(seed), "https://example.com/?a=b")
	}
	redact := func(s string) string { return strings.ReplaceAll(s, "hunter2", "***") }
	f.Fuzz(func(t *testing.T, body []byte, location string) {
		header := http.Header{"Location": {location}}
		for _, status := range []int{http.StatusFound, http.StatusBadRequest} {
			said := apierror.Parse(status, header, body, redact)
			for _, text := range []string{said.Code, said.Message, said.RequestID} {
				if !utf8.ValidString(text) || strings.ContainsAny(text, "\n\r\t\x1b") || utf8.RuneCountInString(text) > 600 {
					t.Errorf("it reads %q", text)
				}
				if strings.Contains(text, "hunter2") {
					t.Errorf("a secret is in %q", text)
				}
			}
		}
	})
}
