package auth

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// A connection of HTTP/2 carries all requests, so a dead one would take every retry with it. One that is silent for so
// long is sent a ping, and closed if the ping is not answered. Both together are shorter than any attempt.
const (
	pingAfter   = 5 * time.Second
	pingTimeout = 5 * time.Second
)

// idleConnections is more than any -parallelism that is seen, so that no operation has to open a connection anew.
const idleConnections = 256

// metadataPatience is how long a machine without a metadata service is waited for.
const metadataPatience = 3 * time.Second

// TLS says how the service proves who it is.
type TLS struct {
	// Insecure accepts any certificate.
	Insecure bool

	// CACert is a PEM bundle, or the path of one, that is trusted besides the system's own certificates. May be empty.
	CACert string

	// Cert and Key are the PEM certificate and key, or their paths, that this side proves itself with. May be empty.
	Cert, Key string
}

// NewTransport returns a copy of the default transport that keeps a connection for each operation Terraform may run.
// It honours HTTPS_PROXY and NO_PROXY.
func NewTransport(settings TLS) (*Transport, error) {
	base, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("the default transport of this process was replaced")
	}
	transport := base.Clone()
	transport.MaxIdleConns = idleConnections
	transport.MaxIdleConnsPerHost = idleConnections
	transport.HTTP2 = &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout}
	transport.OnProxyConnectResponse = refuseProxyAnswer
	config, err := settings.config()
	if err != nil {
		return nil, err
	}
	transport.TLSClientConfig = config
	made := &Transport{Transport: transport}
	made.current.Store(transport)
	return made, nil
}

// NewLocalTransport returns a transport to the machine's own metadata service: never through a proxy, and with little
// patience, because elsewhere nothing answers.
func NewLocalTransport() *http.Transport {
	return &http.Transport{
		DialContext:           (&net.Dialer{Timeout: metadataPatience}).DialContext,
		ResponseHeaderTimeout: metadataPatience,
	}
}

func (t TLS) config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.Insecure {
		config.InsecureSkipVerify = true // the person asked for it, and is warned by the docs
	}
	if t.CACert != "" {
		pool, err := certificates(t.CACert)
		if err != nil {
			return nil, fmt.Errorf("cacert_file: %w", err)
		}
		config.RootCAs = pool
	}
	if t.Cert != "" {
		pair, err := keyPair(t.Cert, t.Key)
		if err != nil {
			return nil, fmt.Errorf("cert and key: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return config, nil
}

func keyPair(cert, key string) (tls.Certificate, error) {
	certPEM, err := pem(cert)
	if err != nil {
		return tls.Certificate{}, err
	}
	keyPEM, err := pem(key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(certPEM, keyPEM)
}

func certificates(pathOrPEM string) (*x509.CertPool, error) {
	bundle, err := pem(pathOrPEM)
	if err != nil {
		return nil, err
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(bundle) {
		return nil, errors.New("it does not contain a certificate in PEM format")
	}
	return pool, nil
}

// pem returns a text in PEM form, or that of the file whose path it is.
func pem(pathOrPEM string) ([]byte, error) {
	if strings.Contains(pathOrPEM, "-----BEGIN") {
		return []byte(pathOrPEM), nil
	}
	return os.ReadFile(pathOrPEM) //nolint:gosec // the path is the person's own
}
