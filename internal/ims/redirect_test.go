// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// redirect returns a handler that always redirects.
func redirect(status int, location string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", location)
		w.WriteHeader(status)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			target := serve(t, respond(204, ""))
			s := serve(t, redirect(status, target.URL+"/v2/?token=secret"))
			c := newClient(t, s.URL)
			_, listing := c.ListTags(t.Context(), image)

			for _, err := range []error{
				listing,
				c.WriteTag(t.Context(), image, ims.Tag{Key: "k"}),
				c.DeleteTag(t.Context(), image, "k"),
				c.DeleteTag(t.Context(), image, "k/"),
			} {
				want := fmt.Sprintf("HTTP %d %s: redirected to %s; redirects are not followed",
					status, http.StatusText(status), strings.TrimPrefix(target.URL, "http://"))
				if got := asError(t, err).Response(); got != want {
					t.Errorf("the response is %q, want %q", got, want)
				}
			}
			if n := len(target.requests()); n != 0 {
				t.Errorf("%d redirects were followed", n)
			}
			if n := len(s.requests()); n != 4 {
				t.Errorf("four calls made %d requests", n)
			}
		})
	}
}

func TestRedirectErrorNamesOnlyTheHost(t *testing.T) {
	t.Parallel()
	const withoutHost = "redirected; redirects are not followed"
	cases := map[string]struct{ location, want string }{
		"a host, a path and a query": {"https://login.example.com/secret?token=secret#secret", "redirected to login.example.com; redirects are not followed"},
		"a user and a password":      {"https://secret:secret@login.example.com:8443/", "redirected to login.example.com:8443; redirects are not followed"},
		"a path":                     {"/secret", withoutHost},
		"no location":                {"", withoutHost},
		"an invalid location":        {"https://[::1:secret", withoutHost},
		"an invalid escape":          {"https://login.example.com/%zz?token=secret", withoutHost},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, redirect(302, c.location))
			_, err := newClient(t, s.URL).ListTags(t.Context(), image)
			if got := asError(t, err); got.Message != c.want || got.StatusCode != http.StatusFound {
				t.Errorf("the error is %v, want %q", err, c.want)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error repeats the location: %v", err)
			}
			if n := len(s.requests()); n != 1 {
				t.Errorf("%d requests were sent, want 1", n)
			}
		})
	}
}
