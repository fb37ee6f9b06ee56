// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// startTLS returns a server with an untrusted certificate, and its certificate in PEM format.
func startTLS(t *testing.T, settings *tls.Config) (*httptest.Server, string) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the tests make handshakes fail
	server.TLS = settings
	server.EnableHTTP2 = true
	server.StartTLS()
	t.Cleanup(server.Close)
	return server, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}))
}

func newTransport(t *testing.T, settings auth.TLS) *auth.Transport {
	t.Helper()
	transport, err := auth.NewTransport(settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

func writeFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTransportTrusts(t *testing.T) {
	t.Parallel()
	server, certificate := startTLS(t, nil)
	foreign := httptest.NewUnstartedServer(nil)
	foreign.TLS = &tls.Config{Certificates: []tls.Certificate{selfSigned(t)}, MinVersion: tls.VersionTLS12}
	foreign.StartTLS()
	t.Cleanup(foreign.Close)
	foreignCertificate := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: foreign.Certificate().Raw}))

	cases := map[string]struct {
		settings auth.TLS
		trusted  bool
	}{
		"nothing but the system's certificates": {auth.TLS{}, false},
		"any certificate when insecure":         {auth.TLS{Insecure: true}, true},
		"a certificate that is given":           {auth.TLS{CACert: certificate}, true},
		"a certificate in a file":               {auth.TLS{CACert: writeFile(t, certificate)}, true},
		"one of several certificates":           {auth.TLS{CACert: "# ours\n" + foreignCertificate + "# theirs\n" + certificate}, true},
		"not what another one signed":           {auth.TLS{CACert: foreignCertificate}, false},
		"any when insecure with another one":    {auth.TLS{CACert: foreignCertificate, Insecure: true}, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp, err := newTransport(t, c.settings).RoundTrip(newRequest(t, http.MethodGet, server.URL, ""))
			if !c.trusted {
				var untrusted *tls.CertificateVerificationError
				if !errors.As(err, &untrusted) {
					t.Errorf("the error is %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			_ = resp.Body.Close()
			if resp.Proto != "HTTP/2.0" {
				t.Errorf("the protocol is %s", resp.Proto)
			}
		})
	}
}

func TestTransportTrustsSystemCertificates(t *testing.T) {
	t.Parallel()
	server, certificate := startTLS(t, nil)
	want, err := x509.SystemCertPool()
	if err != nil {
		t.Fatal(err)
	}
	want.AddCert(server.Certificate())
	if !newTransport(t, auth.TLS{CACert: certificate}).TLSClientConfig.RootCAs.Equal(want) {
		t.Error("the certificates are not those of the system and the given one")
	}
}

func TestTransportRejectsInvalidCertificate(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	missing := filepath.Join(folder, "missing.pem")
	const noCertificate = "no certificate in PEM format"
	key := "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n"
	cases := map[string]struct{ cacert, want string }{
		"a file that is missing":       {missing, missing},
		"a folder":                     {folder, folder},
		"a file that is empty":         {writeFile(t, ""), noCertificate},
		"a file without a certificate": {writeFile(t, "hello"), noCertificate},
		"a file with a key":            {writeFile(t, key), noCertificate},
		"a key":                        {key, noCertificate},
		"half of a certificate":        {"-----BEGIN CERTIFICATE-----\nMIIB", noCertificate},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport, err := auth.NewTransport(auth.TLS{CACert: c.cacert})
			if err == nil || !strings.Contains(err.Error(), c.want) || transport != nil {
				t.Fatalf("it is %v, %v", transport, err)
			}
			if strings.Contains(err.Error(), "c2VjcmV0") {
				t.Errorf("the error repeats the key: %v", err)
			}
		})
	}
}

func TestTransportRequiresTLS12(t *testing.T) {
	t.Parallel()
	for version, supported := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		server, _ := startTLS(t, &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: version})
		resp, err := newTransport(t, auth.TLS{Insecure: true}).RoundTrip(newRequest(t, http.MethodGet, server.URL, ""))
		if (err == nil) != supported {
			t.Errorf("%s: %v", tls.VersionName(version), err)
		}
		if err == nil {
			_ = resp.Body.Close()
		}
		if got := newTransport(t, auth.TLS{}).TLSClientConfig.MinVersion; got != tls.VersionTLS12 {
			t.Errorf("the oldest version is %s", tls.VersionName(got))
		}
	}
}

func TestTransportDoesNotChangeDefault(t *testing.T) {
	t.Parallel()
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		t.Fatal("the default transport is another one")
	}
	transport := newTransport(t, auth.TLS{Insecure: true})
	if transport.Transport == standard || transport.Proxy == nil {
		t.Error("the transport is the default one, or knows no proxy")
	}
	if standard.MaxIdleConns == transport.MaxIdleConns || standard.MaxIdleConnsPerHost != 0 {
		t.Errorf("the default transport keeps %d connections, %d a host", standard.MaxIdleConns, standard.MaxIdleConnsPerHost)
	}
	if config := standard.TLSClientConfig; config != nil && config.InsecureSkipVerify {
		t.Error("the default transport trusts anybody")
	}
}
