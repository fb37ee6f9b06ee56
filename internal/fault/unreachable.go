package fault

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
)

// ProxyError is the answer of a proxy that did not pass a request on.
type ProxyError struct {
	Proxy  string // host and port; empty if it is not known
	Status int
}

// Error names the proxy and its answer.
func (e *ProxyError) Error() string {
	proxy := "a proxy"
	if e.Proxy != "" {
		proxy = "the proxy " + e.Proxy
	}
	return fmt.Sprintf("%s answered HTTP %d %s", proxy, e.Status, http.StatusText(e.Status))
}

// Permanent reports whether the proxy refuses the request, so that it would refuse it again.
func (e *ProxyError) Permanent() bool {
	switch e.Status {
	case http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	}
	return e.Status < http.StatusInternalServerError
}

// IsPermanent reports whether a request that got no answer will not get one later either.
func IsPermanent(err error) bool {
	var final interface{ Permanent() bool } // of a proxy, or of a transport that could not log in
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	if errors.As(err, &final) && final.Permanent() {
		return true
	}
	return errors.As(err, &certificate) || errors.As(err, &authority) || errors.As(err, &record) ||
		errors.Is(err, http.ErrSchemeMismatch)
}

// IsUnknownHost reports whether the name of a host does not exist. A name that was found before may be found again.
func IsUnknownHost(err error) bool {
	var dns *net.DNSError
	return errors.As(err, &dns) && dns.IsNotFound
}

// IsOfProxy reports whether it was a proxy that answered, or that could not be reached.
func IsOfProxy(err error) bool {
	var answered *ProxyError
	var op *net.OpError
	return errors.As(err, &answered) || errors.As(err, &op) && op.Op == "proxyconnect"
}
