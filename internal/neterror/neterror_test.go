// SPDX-License-Identifier: MPL-2.0

package neterror_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"syscall"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

func TestWhyThereIsNoAnswer(t *testing.T) {
	t.Parallel()
	proxyDial := func(err error) error { return &net.OpError{Op: "proxyconnect", Net: "tcp", Err: err} }
	cases := map[string]struct {
		err                             error
		permanent, unknownHost, ofProxy bool
	}{
		"no error":                           {nil, false, false, false},
		"a refused connection":               {syscall.ECONNREFUSED, false, false, false},
		"a host that does not exist":         {&net.DNSError{IsNotFound: true}, false, true, false},
		"a resolver that does not answer":    {&net.DNSError{IsTimeout: true}, false, false, false},
		"a certificate that is not valid":    {&tls.CertificateVerificationError{Err: errors.New("expired")}, true, false, false},
		"an unknown authority":               {x509.UnknownAuthorityError{}, true, false, false},
		"a port that does not speak TLS":     {tls.RecordHeaderError{}, true, false, false},
		"a port that speaks plain HTTP":      {http.ErrSchemeMismatch, true, false, false},
		"a file that does not exist":         {&fs.PathError{Op: "open", Path: "token", Err: fs.ErrNotExist}, true, false, false},
		"a proxy that wants a password":      {&neterror.ProxyError{Status: 407}, true, false, true},
		"a proxy that forbids the host":      {&neterror.ProxyError{Status: 403}, true, false, true},
		"a proxy that took too long":         {&neterror.ProxyError{Status: 408}, false, false, true},
		"a proxy that throttles":             {&neterror.ProxyError{Status: 429}, false, false, true},
		"a proxy that cannot pass it on":     {&neterror.ProxyError{Status: 500}, false, false, true},
		"a proxy whose port is refused":      {proxyDial(syscall.ECONNREFUSED), false, false, true},
		"a proxy whose name does not exist":  {proxyDial(&net.DNSError{IsNotFound: true}), false, true, true},
		"a service whose port is refused":    {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, false, false, false},
		"a connection that another one ends": {&net.OpError{Op: "read", Err: syscall.ECONNRESET}, false, false, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.err
			if err != nil {
				err = fmt.Errorf("wrapped: %w", err)
			}
			if got := neterror.IsPermanent(err); got != c.permanent {
				t.Errorf("permanent: %t", got)
			}
			if got := neterror.IsUnknownHost(err); got != c.unknownHost {
				t.Errorf("an unknown host: %t", got)
			}
			if got := neterror.IsProxy(err); got != c.ofProxy {
				t.Errorf("of a proxy: %t", got)
			}
		})
	}
}

func TestProxyErrorNamesTheProxy(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]*neterror.ProxyError{
		"the proxy proxy.example.com:3128 responded with HTTP 407 Proxy Authentication Required": {Proxy: "proxy.example.com:3128", Status: 407},
		"a proxy responded with HTTP 502 Bad Gateway":                                            {Status: 502},
	} {
		if got := err.Error(); got != want {
			t.Errorf("it is %q, want %q", got, want)
		}
	}
}
