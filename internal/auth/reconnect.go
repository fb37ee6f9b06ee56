// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"io"
	"net/http"
)

// send sends a request over the current connections. If the request is canceled or times out before the whole response
// is read, later requests use new connections: all requests share one HTTP/2 connection, and behind a proxy it may still
// respond to pings but to no request, so every retry would fail too. Requests on the old connections continue.
func (t *Transport) send(req *http.Request) (*http.Response, error) {
	used := t.current.Load()
	reconnect := func() {
		if req.Context().Err() != nil && t.current.CompareAndSwap(used, used.Clone()) {
			used.CloseIdleConnections()
		}
	}
	resp, err := used.RoundTrip(req)
	if err != nil {
		reconnect()
		return nil, err
	}
	resp.Body = &watchedBody{ReadCloser: resp.Body, onEnd: reconnect}
	return resp, nil
}

// CloseIdleConnections closes the current connections that no request uses.
func (t *Transport) CloseIdleConnections() { t.current.Load().CloseIdleConnections() }

// watchedBody is a response body that calls onEnd when reading ends, with or without an error.
type watchedBody struct {
	io.ReadCloser

	onEnd func()
}

func (b *watchedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.onEnd()
	}
	return n, err
}
