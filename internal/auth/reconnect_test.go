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

// stallingServer is a server of HTTP/2 whose answers tell the address of who has opened their connection. It answers pings, and
// halts at requests of /halt, and of /begin once it has sent the header of the answer.
type stallingServer struct {
	*httptest.Server

	transport *auth.Transport
	arrived   chan struct{} // holds an element for each request that it has halted at
	release   chan struct{} // when closed, those that are still wanted are answered
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

// get returns the address of who has opened the connection that a request went over.
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

// connection is that of a request that is answered.
func (h *stallingServer) connection(t *testing.T) string {
	t.Helper()
	connection, err := h.get(t.Context(), "/")
	if err != nil {
		t.Error(err)
	}
	return connection
}

// halt makes a request that it halts at. The function that it returns gives the request up.
func (h *stallingServer) halt(t *testing.T, path string) (giveUp func()) {
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
			t.Error("a request without an answer succeeded")
		}
	}
}

// A connection can answer pings and nothing else, as one does that ends at a proxy.
func TestAfterARequestThatWasGivenUpTheConnectionIsAFreshOne(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{"before the answer": "/halt", "in the middle of the answer": "/begin"} {
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

// What is on its way on the old connection is left to end, and how it ends says nothing of the fresh one.
func TestAFreshConnectionLeavesTheOldOneToThoseWhoUseIt(t *testing.T) {
	t.Parallel()
	h := startStalling(t)
	first := h.connection(t)
	giveUp, giveUpLater := h.halt(t, "/halt"), h.halt(t, "/halt")
	patient := make(chan error, 1)
	go func() {
		connection, err := h.get(t.Context(), "/halt")
		if connection != first {
			t.Errorf("the patient request went over another connection")
		}
		patient <- err
	}()
	<-h.arrived

	giveUp()
	fresh := h.connection(t)
	giveUpLater()
	if again := h.connection(t); again != fresh {
		t.Errorf("the fresh connection is not used again")
	}
	close(h.release)
	if err := <-patient; err != nil {
		t.Errorf("the request on the old connection ended with %v", err)
	}
}
