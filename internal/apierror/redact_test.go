// SPDX-License-Identifier: MPL-2.0

package apierror_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/apierror"
)

// JSON can escape any character of a secret. What has no known form is shown as it is, without the secrets.
func TestEscapedSecretsAreRedacted(t *testing.T) {
	t.Parallel()
	redact := strings.NewReplacer("MIIC/abc+def", "***", "p&ss<word", "***").Replace
	cases := map[string]struct{ body, code, message string }{
		"a field with another name": {
			body:    `{"detail": "invalid token MIIC\/abc\u002bdef", "b": 1.50, "a": [true, null, "x\/y"]}`,
			message: `{"detail": "invalid token ***", "b": 1.50, "a": [true, null, "x\/y"]}`,
		},
		"a text as the error": {body: `{"error":"p\u0026ss\u003cword & \"more\""}`, message: `{"error":"*** & \"more\""}`},
		"an object as the message": {
			body:    `{"message":{"text":"invalid token MIIC\/abc\u002Bdef"}}`,
			message: `{"message":{"text":"invalid token ***"}}`,
		},
		"a list of errors": {
			body:    `{"errors":[{"code":"X","message":"password p\u0026ss\u003cword is wrong"}]}`,
			message: `{"errors":[{"code":"X","message":"password *** is wrong"}]}`,
		},
		"a list":        {body: `["MIIC\/abc+def"]`, message: `["***"]`},
		"a name":        {body: `{"MIIC\/abc+def":1}`, message: `{"***":1}`},
		"the code":      {body: `{"code":"MIIC\/abc+def","message":"m"}`, code: "***", message: "m"},
		"the message":   {body: `{"code":"X","message":"MIIC\/abc+def"}`, code: "X", message: "***"},
		"a broken JSON": {body: `{"detail":"MIIC\/abc+def","more":"`, message: `{"detail":"***","more":"`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := apierror.Parse(http.StatusUnauthorized, nil, []byte(c.body), redact)
			if got.Code != c.code || got.Message != c.message {
				t.Errorf("the code is %q and the message %q", got.Code, got.Message)
			}
		})
	}
}
