package auth

import (
	"io"
	"net/http"
)

// send sends a request over the connections in use. After one that was given up without its whole answer, there are new
// ones: all requests share a connection of HTTP/2, and one that answers pings and nothing else, as it can behind a proxy,
// would take every retry with it. What is on its way on the old connections is left to end.
func (t *Transport) send(req *http.Request) (*http.Response, error) {
	used := t.current.Load()
	doubt := func() {
		if req.Context().Err() != nil && t.current.CompareAndSwap(used, used.Clone()) {
			used.CloseIdleConnections()
		}
	}
	resp, err := used.RoundTrip(req)
	if err != nil {
		doubt()
		return nil, err
	}
	resp.Body = &doubtedBody{ReadCloser: resp.Body, doubt: doubt}
	return resp, nil
}

// CloseIdleConnections closes the connections in use that no request needs at the moment.
func (t *Transport) CloseIdleConnections() { t.current.Load().CloseIdleConnections() }

// doubtedBody tells when it can be read no further.
type doubtedBody struct {
	io.ReadCloser

	doubt func()
}

func (b *doubtedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil {
		b.doubt()
	}
	return n, err
}
