// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"fmt"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// A type that contains a secret does not print it, with any verb.
func TestLoginsHideTheirSecrets(t *testing.T) {
	t.Parallel()
	options := auth.KeystoneOptions{Password: "hunter2", ApplicationCredentialSecret: "hunter2", Passcode: "hunter2"}
	values := []any{
		auth.Keystone{Options: options},
		&auth.Keystone{Options: options},
		auth.WebIdentity{IDToken: "hunter2"},
		&auth.WebIdentity{IDToken: "hunter2"},
		options,
		&options,
		struct{ Nested auth.KeystoneOptions }{options},
	}
	for _, value := range values {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
			if printed := fmt.Sprintf(verb, value); strings.Contains(printed, "hunter2") || strings.Contains(printed, "68756e74657232") {
				t.Errorf("%s of %T prints %s", verb, value, printed)
			}
		}
	}
}

// The stack trace of a panic during a login contains no secret.
func TestPanicsHideSecrets(t *testing.T) {
	t.Parallel()
	logins := map[string]func(){
		"signing": func() { _, _ = post(t.Context(), t, &auth.AccessKey{ID: "ak", Secret: "hunter2"}) },
		"Keystone": func() {
			_, _ = (&auth.Keystone{AuthURL: "https://iam.example.com/v3", Options: auth.KeystoneOptions{UserName: "u", Password: "hunter2"}}).Login(t.Context())
		},
	}
	for name, login := range logins {
		func() {
			defer func() {
				cause := recover()
				if cause == nil {
					t.Errorf("%s did not panic", name)
				}
				if printed := fmt.Sprint(cause) + string(debug.Stack()); strings.Contains(printed, "hunter2") {
					t.Errorf("the panic of %s prints the secret:\n%s", name, printed)
				}
			}()
			login()
		}()
	}
}
