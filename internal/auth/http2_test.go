// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// lossyConn is a connection that loses all data that is sent while lossy is true.
type lossyConn struct {
	net.Conn

	lossy *atomic.Bool
}

func (c lossyConn) Write(p []byte) (int, error) {
	if c.lossy.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

func TestDeadHTTP2ConnectionIsReplaced(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		network := newPipes()
		settings := &tls.Config{Certificates: []tls.Certificate{selfSigned(t)}, MinVersion: tls.VersionTLS12}
		servePipes(t, network, settings, func(http.ResponseWriter, *http.Request) {})
		transport := newTransport(t, auth.TLS{Insecure: true})
		var lossy atomic.Bool
		transport.DialContext = func(ctx context.Context, protocol, addr string) (net.Conn, error) {
			conn, err := network.dial(ctx, protocol, addr)
			return lossyConn{conn, &lossy}, err
		}
		get := func() error {
			resp, err := transport.RoundTrip(newRequest(t, http.MethodGet, "https://ims.example.com", ""))
			if err != nil {
				return err
			}
			if resp.Proto != "HTTP/2.0" {
				t.Errorf("the protocol is %s", resp.Proto)
			}
			return resp.Body.Close()
		}

		if err := get(); err != nil {
			t.Fatal(err)
		}
		lossy.Store(true)
		begun := time.Now()
		if err := get(); err == nil {
			t.Error("a dead connection returned a response")
		}
		if took := time.Since(begun); took != 10*time.Second {
			t.Errorf("a dead connection was used for %s", took)
		}
		lossy.Store(false)
		if err := get(); err != nil {
			t.Errorf("the next request ended with %v", err)
		}
		if got := network.dialed.Load(); got != 2 {
			t.Errorf("%d connections were opened, want 2", got)
		}
	})
}
