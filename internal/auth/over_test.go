// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// A transport over other connections has the same logins: one for both at first, and one for both after a 401.
func TestLoginIsSharedOverOtherConnections(t *testing.T) {
	t.Parallel()
	logins := 0
	var sent []string
	sentOver := func(name string) roundTripFunc {
		return func(r *http.Request) (*http.Response, error) {
			_, key, _ := strings.Cut(r.Header.Get("Authorization"), "Access=")
			key, _, _ = strings.Cut(key, ",")
			sent = append(sent, name+" "+key)
			if key == "first" && len(sent) > 2 {
				return status(http.StatusUnauthorized)
			}
			return status(http.StatusNoContent)
		}
	}
	own := auth.NewRenewing(func(context.Context) (*auth.Grant, error) {
		logins++
		id := map[int]string{1: "first", 2: "second"}[logins]
		key := &auth.AccessKey{ID: id, Secret: "s", Now: time.Now, Next: sentOver("own")}
		return &auth.Grant{Transport: key, Issued: time.Now(), RenewOn401: true}, nil
	}, time.Now)
	other := own.Over(sentOver("other"))
	for _, transport := range []http.RoundTripper{own, other, other, own} {
		if code, err := post(t.Context(), t, transport); code != http.StatusNoContent || err != nil {
			t.Errorf("a request ended with %d, %v", code, err)
		}
	}
	if got, want := strings.Join(sent, ", "), "own first, other first, other first, other second, own second"; got != want || logins != 2 {
		t.Errorf("after %d logins, the requests are %s", logins, got)
	}
}
