// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

const (
	project = "0123456789abcdef0123456789abcdef"
	imageID = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
	tagPath = "/v2/" + project + "/images/" + imageID + "/tags"
)

var image = ims.Image{ProjectID: project, ID: imageID}

// receivedRequest is a request that a server received.
type receivedRequest struct {
	method, path, body string
	header             http.Header
}

// server is an HTTP server that records its requests.
type server struct {
	*httptest.Server

	mu  sync.Mutex
	log []receivedRequest
}

// serve starts a server.
func serve(t *testing.T, handler http.HandlerFunc) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.log = append(s.log, receivedRequest{r.Method, r.RequestURI, string(body), r.Header.Clone()})
		s.mu.Unlock()
		handler(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

// requests returns the requests that the server received so far.
func (s *server) requests() []receivedRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.log)
}

// respondInTurn returns a handler that uses the given handlers one after the other, and then always the last.
func respondInTurn(list ...http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	next := 0
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		handler := list[min(next, len(list)-1)]
		next++
		mu.Unlock()
		handler(w, r)
	}
}

// respond returns a handler that always sends the same response.
func respond(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// dropConnection closes the connection without a response.
func dropConnection(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// newClient returns a client whose backoffs are zero.
func newClient(t testing.TB, url string, change ...func(*ims.Config)) *ims.Client {
	t.Helper()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	config := ims.Config{
		Endpoint:   url,
		Transport:  transport,
		UserAgent:  "test/1",
		MaxRetries: 3,
		Jitter:     func(time.Duration) time.Duration { return 0 },
	}
	for _, f := range change {
		f(&config)
	}
	client, err := ims.NewClient(config)
	if err != nil {
		t.Fatal(err)
	}
	return client
}
