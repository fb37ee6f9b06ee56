package auth

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
)

// idleConnections is more than any -parallelism that is seen, so that no operation has to open a connection anew.
const idleConnections = 256

// TLS says how the service proves who it is.
type TLS struct {
	// Insecure accepts any certificate.
	Insecure bool

	// CACert is a PEM bundle, or the path of one, that is trusted besides the system's own certificates. May be empty.
	CACert string
}

// NewTransport returns a copy of the default transport that keeps a connection for each operation Terraform may run.
// It honours HTTPS_PROXY and NO_PROXY.
func NewTransport(settings TLS) (*http.Transport, error) {
	base, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("the default transport of this process was replaced")
	}
	transport := base.Clone()
	transport.MaxIdleConns = idleConnections
	transport.MaxIdleConnsPerHost = idleConnections
	transport.TLSClientConfig = &tls.Config{
		MinVersion:         tls.VersionTLS12,
		InsecureSkipVerify: settings.Insecure, //nolint:gosec // the person asked for it, and is warned by the docs
	}
	if settings.CACert == "" {
		return transport, nil
	}

	pool, err := certificates(settings.CACert)
	if err != nil {
		return nil, err
	}
	transport.TLSClientConfig.RootCAs = pool
	return transport, nil
}

func certificates(pathOrPEM string) (*x509.CertPool, error) {
	bundle := []byte(pathOrPEM)
	if !strings.Contains(pathOrPEM, "-----BEGIN") {
		var err error
		if bundle, err = os.ReadFile(pathOrPEM); err != nil { //nolint:gosec // the path is the person's own
			return nil, fmt.Errorf("reading the CA certificates: %w", err)
		}
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(bundle) {
		return nil, errors.New("it contains no certificate in PEM form")
	}
	return pool, nil
}
