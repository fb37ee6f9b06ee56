package auth

import (
	"context"
	"net/http"
	"net/url"
	"sync/atomic"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
)

// Transport is an HTTP transport that tells the answer of a proxy from that of the service: the error is then a
// [*fault.ProxyError]. It trusts no connection on which a request was given up.
type Transport struct {
	*http.Transport // as it is made; later copies of it are used

	current atomic.Pointer[http.Transport]
}

// RoundTrip sends a request. A proxy that passes on what is not encrypted answers in place of the service, with the one
// status that only a proxy has.
func (t *Transport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.send(req)
	if err != nil || resp.StatusCode != http.StatusProxyAuthRequired {
		return resp, err
	}
	_ = resp.Body.Close() // what the page says is not needed
	return nil, &fault.ProxyError{Proxy: t.proxyOf(req), Status: resp.StatusCode}
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

// refuseProxyAnswer makes an error of a proxy's answer to CONNECT other than 200. The URL may hold a password, the host
// does not.
func refuseProxyAnswer(_ context.Context, proxy *url.URL, _ *http.Request, resp *http.Response) error {
	if resp.StatusCode == http.StatusOK {
		return nil
	}
	return &fault.ProxyError{Proxy: proxy.Host, Status: resp.StatusCode}
}
