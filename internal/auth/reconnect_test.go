// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// stallingServer is an HTTP/2 server that responds with the client address of the connection. It responds to pings. It
// stalls requests to /halt, and requests to /begin after the header of the response.
type stallingServer struct {
	*httptest.Server

	transport *auth.Transport
	arrived   chan struct{} // receives an element for each stalled request
	release   chan struct{} // stalled requests continue after it is closed
}

func startStalling(t *testing.T) *stallingServer {
	t.Helper()
	h := &stallingServer{arrived: make(chan struct{}, 10), release: make(chan struct{})}
	h.Server = httptest.NewUnstartedServer(http.HandlerFunc(h.serve))
	h.EnableHTTP2 = true
	h.StartTLS()
	t.Cleanup(h.Close)
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: h.Certificate().Raw})
	h.transport = newTransport(t, auth.TLS{CACert: string(certificate)})
	return h
}

func (h *stallingServer) serve(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/begin" {
		_ = http.NewResponseController(w).Flush()
	}
	if r.URL.Path != "/" {
		h.arrived <- struct{}{}
		select {
		case <-h.release:
		case <-r.Context().Done():
		}
	}
	_, _ = io.WriteString(w, r.RemoteAddr)
}

// get sends a request and returns the client address of its connection.
func (h *stallingServer) get(ctx context.Context, path string) (connection string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL+path, http.NoBody)
	if err != nil {
		return "", err
	}
	resp, err := h.transport.RoundTrip(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

// connection returns the client address of the connection that requests use.
func (h *stallingServer) connection(t *testing.T) string {
	t.Helper()
	connection, err := h.get(t.Context(), "/")
	if err != nil {
		t.Error(err)
	}
	return connection
}

// halt sends a request that the server stalls. The function that it returns cancels the request.
func (h *stallingServer) halt(t *testing.T, path string) (cancelRequest func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := h.get(ctx, path)
		done <- err
	}()
	<-h.arrived
	return func() {
		cancel()
		if err := <-done; err == nil {
			t.Error("a canceled request succeeded")
		}
	}
}

// Behind a proxy, a connection may respond to pings but to no request.
func TestReconnectAfterCanceledRequest(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{"before the response": "/halt", "during the response": "/begin"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := startStalling(t)
			first := h.connection(t)
			if again := h.connection(t); again != first {
				t.Errorf("the first connection is not used again")
			}
			h.halt(t, path)()
			if fresh := h.connection(t); fresh == first {
				t.Errorf("the connection is still the first one")
			}
		})
	}
}

// Requests on the old connection continue. If one of them is canceled, the new connection is kept.
func TestReconnectKeepsRequestsOnOldConnection(t *testing.T) {
	t.Parallel()
	h := startStalling(t)
	first := h.connection(t)
	cancelFirst, cancelSecond := h.halt(t, "/halt"), h.halt(t, "/halt")
	waiting := make(chan error, 1)
	go func() {
		connection, err := h.get(t.Context(), "/halt")
		if connection != first {
			t.Errorf("the waiting request used another connection")
		}
		waiting <- err
	}()
	<-h.arrived

	cancelFirst()
	fresh := h.connection(t)
	cancelSecond()
	if again := h.connection(t); again != fresh {
		t.Errorf("the fresh connection is not used again")
	}
	close(h.release)
	if err := <-waiting; err != nil {
		t.Errorf("the request on the old connection ended with %v", err)
	}
}
