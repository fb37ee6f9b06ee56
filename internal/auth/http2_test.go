// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"io"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// relay forwards connections to a server. It can make the open connections silent, like a network that loses packets.
type relay struct {
	net.Listener

	mu     sync.Mutex
	silent []chan struct{} // one for each connection; closed when the connection becomes silent
	ended  chan struct{}
}

func startRelay(t *testing.T, to string) *relay {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{Listener: listener, ended: make(chan struct{})}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() { r.pass(client, to) })
		}
	})
	t.Cleanup(func() {
		close(r.ended)
		listener.Close()
		all.Wait()
	})
	return r
}

func (r *relay) pass(client net.Conn, to string) {
	defer client.Close()
	server, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer server.Close()
	silent := make(chan struct{})
	r.mu.Lock()
	r.silent = append(r.silent, silent)
	r.mu.Unlock()

	var copying sync.WaitGroup
	copying.Go(func() { copyUntil(silent, server, client) })
	copying.Go(func() { copyUntil(silent, client, server) })
	<-r.ended
	client.Close()
	server.Close()
	copying.Wait()
}

// copyUntil copies until silent is closed, and then discards what it reads.
func copyUntil(silent <-chan struct{}, to io.Writer, from io.Reader) {
	buffer := make([]byte, 1<<16)
	for {
		n, err := from.Read(buffer)
		if err != nil {
			return
		}
		select {
		case <-silent:
		default:
			_, _ = to.Write(buffer[:n])
		}
	}
}

// silence makes all open connections silent, and returns their number.
func (r *relay) silence() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, connection := range r.silent {
		close(connection)
	}
	count := len(r.silent)
	r.silent = nil
	return count
}

func TestDeadHTTP2ConnectionIsReplaced(t *testing.T) {
	t.Parallel()
	server, certificate := startTLS(t, nil)
	relay := startRelay(t, server.Listener.Addr().String())
	transport := newTransport(t, auth.TLS{CACert: certificate})
	if config := transport.HTTP2; config.SendPingTimeout+config.PingTimeout != 10*time.Second {
		t.Errorf("a dead connection is used for %s", config.SendPingTimeout+config.PingTimeout)
	}
	transport.HTTP2.SendPingTimeout, transport.HTTP2.PingTimeout = 20*time.Millisecond, 20*time.Millisecond
	get := func() error {
		resp, err := transport.RoundTrip(newRequest(t, http.MethodGet, "https://"+relay.Addr().String(), ""))
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
	if open := relay.silence(); open != 1 {
		t.Fatalf("%d connections are open", open)
	}
	_ = get() // an error, unless a ping has closed the connection before
	if err := get(); err != nil {
		t.Errorf("the next request ended with %v", err)
	}
}
