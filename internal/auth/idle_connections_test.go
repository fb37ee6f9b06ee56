// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// pipes is a network of connections in memory. In a synctest bubble, it is as fast as it has to be: net/http does not reuse
// a connection whose request is not known to be written 50 ms after the response, which happens on a busy machine.
type pipes struct {
	accepted chan net.Conn
	closed   chan struct{}
	dialed   atomic.Int32
}

func newPipes() *pipes { return &pipes{accepted: make(chan net.Conn), closed: make(chan struct{})} }

func (p *pipes) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	select {
	case p.accepted <- server:
		p.dialed.Add(1)
		return client, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case conn := <-p.accepted:
		return conn, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p *pipes) Close() error {
	close(p.closed)
	return nil
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipes"} }

// servePipes runs a server until the end of the test.
func servePipes(t *testing.T, network *pipes, handler http.HandlerFunc) {
	t.Helper()
	server := &http.Server{Handler: handler}
	var served sync.WaitGroup
	served.Go(func() { _ = server.Serve(network) })
	t.Cleanup(func() {
		_ = server.Close()
		served.Wait()
	})
}

func TestTransportKeepsConnectionForEachOperation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const operations = 100
		var round *sync.WaitGroup
		network := newPipes()
		servePipes(t, network, func(w http.ResponseWriter, _ *http.Request) {
			round.Done()
			round.Wait() // for the other operations, so that each needs a connection
			w.WriteHeader(http.StatusNoContent)
		})
		transport := newTransport(t, auth.TLS{})
		transport.DialContext = network.dial

		for range 3 {
			round = &sync.WaitGroup{}
			round.Add(operations)
			var done sync.WaitGroup
			for range operations {
				r := newRequest(t, http.MethodGet, "http://ims.example.com", "")
				done.Go(func() { send(t, transport, r) })
			}
			done.Wait()
		}
		if got := network.dialed.Load(); got != operations {
			t.Errorf("%d connections were opened, want %d", got, operations)
		}
	})
}
