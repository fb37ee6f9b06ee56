// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// A passcode works once. It is sent again only if it certainly has not been used.
func TestPasscodeIsSentAgainOnlyIfUnused(t *testing.T) {
	t.Parallel()
	sent := func(r *http.Request) { httptrace.ContextClientTrace(r.Context()).WroteHeaders() }
	for name, c := range map[string]struct {
		first func(*http.Request) (*http.Response, error)
		used  string // text of the error of the second login; empty if it succeeds
	}{
		"not sent":        {func(*http.Request) (*http.Response, error) { return nil, syscall.ECONNREFUSED }, ""},
		"rejected":        {func(*http.Request) (*http.Response, error) { return status(http.StatusUnauthorized) }, ""},
		"no response":     {func(r *http.Request) (*http.Response, error) { sent(r); return nil, io.ErrUnexpectedEOF }, "There was no response to it: unexpected EOF"},
		"a lost response": {func(*http.Request) (*http.Response, error) { return status(http.StatusBadGateway) }, "The response to it was HTTP 502"},
		"a success":       {grantingIAM, "a passcode can only be used once"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			calls := 0
			k := &auth.Keystone{
				AuthURL: "https://iam.example.com/v3", Now: time.Now, Secrets: auth.NewSecrets(),
				Options: auth.KeystoneOptions{UserID: "u", Password: "p", Passcode: "123456", Scope: auth.Scope{ProjectID: "x"}},
				Transport: roundTripFunc(func(r *http.Request) (*http.Response, error) {
					if calls++; calls == 1 {
						return c.first(r)
					}
					return grantingIAM(r)
				}),
			}
			if _, err := k.Login(t.Context()); (err == nil) != (name == "a success") {
				t.Errorf("the first login ended with %v", err)
			}
			_, err := k.Login(t.Context())
			if c.used == "" && (err != nil || calls != 2) {
				t.Errorf("the second login ended with %v after %d calls", err, calls)
			}
			if c.used != "" && (err == nil || !strings.Contains(err.Error(), c.used) || calls != 1) {
				t.Errorf("the second login ended with %v after %d calls, want %q", err, calls, c.used)
			}
		})
	}
}
