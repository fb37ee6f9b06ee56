// SPDX-License-Identifier: MPL-2.0

//go:build release

package releasetest_test

import (
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// registry is a provider registry that serves one release over HTTPS, with a certificate of its own, by the provider
// registry protocol.
type registry struct {
	t       *testing.T
	release release
	key     signingKey // that it says the release is signed with

	host        string
	certificate string // a file

	mu   sync.Mutex
	seen map[string]int // requests by path
}

const providerPath = "/v1/providers/terraform-provider-ims/ims/"

func newRegistry(t *testing.T, r release, key signingKey) *registry {
	t.Helper()
	s := &registry{t: t, release: r, key: key, seen: make(map[string]int)}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /.well-known/terraform.json", s.discover)
	routes.HandleFunc("GET "+providerPath+"versions", s.versions)
	routes.HandleFunc("GET "+providerPath+version+"/download/{os}/{arch}", s.download)
	routes.Handle("GET /files/", http.StripPrefix("/files/", http.FileServer(http.Dir(r.dist))))
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		s.mu.Lock()
		s.seen[request.URL.Path]++
		s.mu.Unlock()
		routes.ServeHTTP(w, request)
	}))
	t.Cleanup(server.Close)
	s.host = strings.TrimPrefix(server.URL, "https://")
	s.certificate = filepath.Join(t.TempDir(), "registry.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(s.certificate, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return s
}

// source is where a configuration finds the provider in this registry.
func (s *registry) source() string { return s.host + "/terraform-provider-ims/ims" }

func (s *registry) count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.seen[path]
}

func (s *registry) answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		s.t.Error(err)
	}
}

func (s *registry) discover(w http.ResponseWriter, _ *http.Request) {
	s.answer(w, map[string]string{"providers.v1": "/v1/providers/"})
}

func (s *registry) versions(w http.ResponseWriter, _ *http.Request) {
	var offered []map[string]string
	for _, platform := range platforms {
		system, architecture, _ := strings.Cut(platform, "_")
		offered = append(offered, map[string]string{"os": system, "arch": architecture})
	}
	s.answer(w, map[string]any{
		"versions": []any{map[string]any{"version": version, "protocols": []string{"6.0"}, "platforms": offered}},
	})
}

func (s *registry) download(w http.ResponseWriter, request *http.Request) {
	system, architecture := request.PathValue("os"), request.PathValue("arch")
	archive := prefix + system + "_" + architecture + ".zip"
	content, err := os.ReadFile(filepath.Join(s.release.dist, archive))
	if err != nil {
		http.NotFound(w, request)
		return
	}
	s.answer(w, map[string]any{
		"protocols":             []string{"6.0"},
		"os":                    system,
		"arch":                  architecture,
		"filename":              archive,
		"download_url":          "/files/" + archive,
		"shasum":                sumOf(content),
		"shasums_url":           "/files/" + prefix + "SHA256SUMS",
		"shasums_signature_url": "/files/" + prefix + "SHA256SUMS.sig",
		"signing_keys": map[string]any{"gpg_public_keys": []any{map[string]string{
			"key_id": s.key.fingerprint[len(s.key.fingerprint)-16:], "ascii_armor": s.key.public,
		}}},
	})
}
