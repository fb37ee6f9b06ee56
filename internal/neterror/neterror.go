// SPDX-License-Identifier: MPL-2.0

// Package neterror tells why a request got no response from the service.
package neterror

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/url"
)

// ErrLoggingIn says that a request was not sent in time, because the login that it needs had not ended.
var ErrLoggingIn = errors.New("the login had not ended")

// ProxyError is the response of a proxy that did not forward a request.
type ProxyError struct {
	Proxy  string // host and port; empty if unknown
	Status int
}

// Error names the proxy and its response.
func (e *ProxyError) Error() string {
	proxy := "a proxy"
	if e.Proxy != "" {
		proxy = "the proxy " + e.Proxy
	}
	return fmt.Sprintf("%s responded with HTTP %d %s", proxy, e.Status, http.StatusText(e.Status))
}

// Permanent reports whether the proxy would reject the same request again.
func (e *ProxyError) Permanent() bool {
	switch e.Status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	}
	return e.Status < http.StatusInternalServerError
}

// IsPermanent reports whether a request that got no response would not get one later either.
func IsPermanent(err error) bool {
	var final interface{ Permanent() bool } // of a proxy, or of a transport that could not log in
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	var file *fs.PathError // of a login
	if errors.As(err, &final) && final.Permanent() {
		return true
	}
	return errors.As(err, &certificate) || errors.As(err, &authority) || errors.As(err, &record) ||
		errors.As(err, &file) || errors.Is(err, http.ErrSchemeMismatch)
}

// IsUnknownHost reports whether a host name does not exist.
func IsUnknownHost(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

// IsProxy reports whether a proxy rejected the request, or could not be reached.
func IsProxy(err error) bool {
	var answered *ProxyError
	var op *net.OpError
	return errors.As(err, &answered) || errors.As(err, &op) && op.Op == "proxyconnect"
}

// WithoutURL removes the wrapper that net/http puts around an error. It repeats the URL.
func WithoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
