// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
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

// servePipes runs a server until the end of the test, with TLS if there are settings for it.
func servePipes(t *testing.T, network *pipes, settings *tls.Config, handler http.HandlerFunc) {
	t.Helper()
	server := &http.Server{Handler: handler, TLSConfig: settings}
	var served sync.WaitGroup
	served.Go(func() {
		if settings == nil {
			_ = server.Serve(network)
			return
		}
		_ = server.ServeTLS(network, "", "")
	})
	t.Cleanup(func() {
		_ = server.Close()
		served.Wait()
	})
}
