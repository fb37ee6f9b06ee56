// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/auth/signer"
	"github.com/huaweicloud/huaweicloud-sdk-go-v3/core/request"
)

const securityTokenHeader = "X-Security-Token"

// AccessKey is a transport that signs each request with an access key and its secret key (AK/SK, SDK-HMAC-SHA256).
// The clouds reject signatures if the clock is off by more than 15 minutes.
type AccessKey struct {
	ID            string
	Secret        string
	SecurityToken string // of temporary keys; empty for permanent ones
	Now           func() time.Time
	Next          http.RoundTripper
}

// RoundTrip signs a copy of the request and sends it. Each attempt is signed with the current time.
func (k *AccessKey) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := readBody(req)
	if err != nil {
		return nil, err
	}
	signed := req.Clone(req.Context())
	signed.Body, signed.ContentLength = http.NoBody, int64(len(body))
	if len(body) > 0 {
		signed.Body = io.NopCloser(bytes.NewReader(body))
	}
	// A space is signed as %20. The vendor's SDK sends it like that as well, and not as the plus of url.Values.
	signed.URL.RawQuery = strings.ReplaceAll(signed.URL.RawQuery, "+", "%20")

	headers, err := k.sign(signed, body)
	if err != nil {
		return nil, fmt.Errorf("signing the request: %w", err)
	}
	for name, value := range headers {
		signed.Header.Set(name, value)
	}
	if k.SecurityToken != "" {
		signed.Header.Set(securityTokenHeader, k.SecurityToken)
	}
	return k.Next.RoundTrip(signed)
}

// Over returns a transport that signs with the same key and sends over next.
func (k *AccessKey) Over(next http.RoundTripper) http.RoundTripper {
	over := *k
	over.Next = next
	return &over
}

// sign returns the headers that the signer of the vendor's SDK adds. It signs the host, the date, the project, the account
// and the security token. It does not sign other headers, because a proxy may change them.
func (k *AccessKey) sign(req *http.Request, body []byte) (map[string]string, error) {
	builder := request.NewHttpRequestBuilder().
		WithMethod(req.Method).
		WithEndpoint(req.URL.Scheme+"://"+req.URL.Host).
		// The signer escapes the path segments. The builder replaces {placeholders} in the path, but none are set here.
		WithPath(req.URL.Path).
		WithBody("", string(body)).
		AddHeaderParam("Host", req.URL.Host).
		AddHeaderParam(signer.HeaderXDate, k.Now().UTC().Format(signer.BasicDateFormat))
	for name, values := range req.URL.Query() {
		builder.AddQueryParam(name, reflect.ValueOf(values))
	}
	for _, name := range []string{"X-Project-Id", accountHeader} {
		if value := req.Header.Get(name); value != "" {
			builder.AddHeaderParam(name, value)
		}
	}
	if k.SecurityToken != "" {
		builder.AddHeaderParam(securityTokenHeader, k.SecurityToken)
	}
	return signer.Sign(builder.Build(), k.ID, k.Secret)
}

// readBody reads and closes the body of a request. A RoundTripper always has to close it.
func readBody(req *http.Request) ([]byte, error) {
	if req.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(req.Body)
	if closing := req.Body.Close(); err == nil {
		err = closing
	}
	return body, err
}

// closeBody closes the body of a request that is not sent. A RoundTripper always has to close it.
func closeBody(req *http.Request) {
	if req.Body != nil {
		_ = req.Body.Close()
	}
}

// Format prints no key, with any verb.
func (k AccessKey) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "access key (hidden)") }
