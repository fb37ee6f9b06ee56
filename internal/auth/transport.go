// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

// All requests share one HTTP/2 connection, so every retry would fail on a dead one. A connection that receives nothing
// for pingAfter is sent a ping, and is closed if there is no response within pingTimeout. Together they are shorter than
// the timeout of an attempt.
const (
	pingAfter   = 5 * time.Second
	pingTimeout = 5 * time.Second
)

// idleConnections is the number of idle connections to keep. It is higher than the -parallelism that people use, so that
// each operation can reuse a connection.
const idleConnections = 256

// metadataTimeout limits connecting to the metadata service, and waiting for its response header.
const metadataTimeout = 3 * time.Second

// TLS configures the verification of the server certificate and the client certificate.
type TLS struct {
	// Insecure accepts any server certificate.
	Insecure bool

	// CACert is a PEM bundle, or its path, to trust in addition to the certificates of the system. May be empty.
	CACert string

	// Cert and Key are the client certificate and its key in PEM format, or their paths. May be empty.
	Cert, Key string
}

// NewTransport returns a copy of the default transport with the given TLS settings. It keeps up to 256 idle connections,
// and uses the proxy in HTTPS_PROXY except for the hosts in NO_PROXY. It returns an error if a certificate or a key
// cannot be read.
func NewTransport(settings TLS) (*Transport, error) {
	base, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return nil, errors.New("the default transport of this process was replaced")
	}
	transport := base.Clone()
	transport.MaxIdleConns = idleConnections
	transport.MaxIdleConnsPerHost = idleConnections
	transport.HTTP2 = &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout}
	transport.OnProxyConnectResponse = checkProxyConnect
	config, err := settings.config()
	if err != nil {
		return nil, err
	}
	transport.TLSClientConfig = config
	made := &Transport{Transport: transport}
	made.current.Store(transport)
	return made, nil
}

// NewLocalTransport returns a transport to the metadata service of the machine. It never uses a proxy, and has a timeout
// of three seconds, because a machine outside the clouds gets no response.
func NewLocalTransport() *http.Transport {
	return &http.Transport{
		DialContext:           (&net.Dialer{Timeout: metadataTimeout}).DialContext,
		ResponseHeaderTimeout: metadataTimeout,
	}
}

func (t TLS) config() (*tls.Config, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12}
	if t.Insecure {
		config.InsecureSkipVerify = true // the user enabled it, and the documentation warns of it
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
	var file *fs.PathError
	if errors.As(err, &file) { // the path may be the key itself
		err = fmt.Errorf("key is neither a private key in PEM format nor the path of a readable file: %w", file.Err)
	}
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
		return nil, errors.New("no certificate in PEM format found")
	}
	return pool, nil
}

// pem returns the argument if it is in PEM format, or else the content of the file at that path.
func pem(pathOrPEM string) ([]byte, error) {
	if strings.Contains(pathOrPEM, "-----BEGIN") {
		return []byte(pathOrPEM), nil
	}
	return os.ReadFile(pathOrPEM) //nolint:gosec // the user configured the path
}
