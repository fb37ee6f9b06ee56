// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"crypto/tls"
	"errors"
	"io"
	"io/fs"
	"net"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

func TestPermanentLoginErrors(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		err  auth.LoginError
		want bool
	}{
		"a redirect":               {auth.LoginError{Status: 302}, true},
		"a rejection":              {auth.LoginError{Status: 401}, true},
		"no such path":             {auth.LoginError{Status: 404}, true},
		"a slow request":           {auth.LoginError{Status: 408}, false},
		"a conflict":               {auth.LoginError{Status: 409}, false},
		"throttling":               {auth.LoginError{Status: 429}, false},
		"a fault":                  {auth.LoginError{Status: 500}, false},
		"a page of a proxy":        {auth.LoginError{Status: 201, Err: errors.New("not JSON")}, true},
		"a broken connection":      {auth.LoginError{Err: io.ErrUnexpectedEOF}, false},
		"a host that is unknown":   {auth.LoginError{Err: &net.DNSError{IsNotFound: true}}, false},
		"a proxy that needs login": {auth.LoginError{Err: &neterror.ProxyError{Status: 407}}, true},
		"a proxy failure":          {auth.LoginError{Err: &neterror.ProxyError{Status: 502}}, false},
		"a bad certificate":        {auth.LoginError{Err: &tls.CertificateVerificationError{}}, true},
		"a file that is missing":   {auth.LoginError{Err: &fs.PathError{Op: "open", Path: "/token", Err: fs.ErrNotExist}}, true},
		"a rejected inner login":   {auth.LoginError{Err: &auth.LoginError{Status: 401}}, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := c.err.Permanent(); got != c.want {
				t.Errorf("it is %t, want %t", got, c.want)
			}
		})
	}
}
