// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"context"
	"net/http"
	"net/url"
	"sync/atomic"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

// Transport is an HTTP transport that returns a [*neterror.ProxyError] if a proxy responds with an error instead of the
// service. After a request is canceled or times out, it opens new connections.
type Transport struct {
	*http.Transport // the original; requests use current

	current atomic.Pointer[http.Transport]
}

// RoundTrip sends a request. A proxy for plain HTTP responds in place of the service. Its error can only be recognized by
// the status 407, which no service returns.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.send(req)
	if err != nil || resp.StatusCode != http.StatusProxyAuthRequired {
		return resp, err
	}
	_ = resp.Body.Close() // the error does not include the body
	return nil, &neterror.ProxyError{Proxy: t.proxyOf(req), Status: resp.StatusCode}
}

func (t *Transport) proxyOf(req *http.Request) string {
	if t.Proxy == nil {
		return ""
	}
	proxy, err := t.Proxy(req)
	if err != nil || proxy == nil {
		return ""
	}
	return proxy.Host
}

// checkProxyConnect returns an error if a proxy responds to CONNECT with another status than 200. The error contains the
// host of the proxy and not its URL, which may contain a password.
func checkProxyConnect(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &neterror.ProxyError{Proxy: proxy.Host, Status: resp.StatusCode}
}
