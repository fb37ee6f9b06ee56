// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// pemOf returns a certificate and its key in PEM format.
func pemOf(t *testing.T, pair tls.Certificate) (cert, key string) {
	t.Helper()
	raw, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: pair.Certificate[0]})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: raw}))
}

func TestTransportSendsClientCertificate(t *testing.T) {
	t.Parallel()
	server, authority := startTLS(t, &tls.Config{ClientAuth: tls.RequireAnyClientCert, MinVersion: tls.VersionTLS12})
	cert, key := pemOf(t, selfSigned(t))
	cases := map[string]struct {
		settings auth.TLS
		want     bool
	}{
		"in PEM form":       {auth.TLS{CACert: authority, Cert: cert, Key: key}, true},
		"in files":          {auth.TLS{CACert: authority, Cert: writeFile(t, cert), Key: writeFile(t, key)}, true},
		"that is not there": {auth.TLS{CACert: authority}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			resp, err := newTransport(t, c.settings).RoundTrip(req)
			if (err == nil) != c.want {
				t.Fatalf("it ended with %v", err)
			}
			if err == nil {
				_ = resp.Body.Close()
			}
		})
	}
}

func TestTransportRejectsInvalidClientCertificate(t *testing.T) {
	t.Parallel()
	cert, key := pemOf(t, selfSigned(t))
	_, otherKey := pemOf(t, selfSigned(t))
	for name, settings := range map[string]auth.TLS{
		"another's key":    {Cert: cert, Key: otherKey},
		"no key":           {Cert: cert},
		"a file gone":      {Cert: "/nowhere/cert.pem", Key: key},
		"a key file gone":  {Cert: cert, Key: "/nowhere/key.pem"},
		"text that is not": {Cert: "-----BEGIN nothing", Key: key},
	} {
		if _, err := auth.NewTransport(settings); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

// A private key without its first line looks like a path. The error does not contain it.
func TestTransportDoesNotShowThePrivateKey(t *testing.T) {
	t.Parallel()
	cert, key := pemOf(t, selfSigned(t))
	lines := strings.Split(strings.TrimSpace(key), "\n")
	naked := strings.Join(lines[1:len(lines)-1], "\n")
	_, err := auth.NewTransport(auth.TLS{Cert: cert, Key: naked})
	if err == nil || strings.Contains(err.Error(), lines[1]) || !strings.Contains(err.Error(), "key is neither a private key in PEM format nor") {
		t.Errorf("the error is %v", err)
	}
}
