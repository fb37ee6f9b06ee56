// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
)

// IAM is a client of the identity service for one login method. It makes the calls that gophercloud does not provide.
type IAM struct {
	Method  string            // login method, for errors
	URL     string            // with the API version: https://iam.eu-de.otc.t-systems.com/v3
	Next    http.RoundTripper // authenticates the calls that require it
	Secrets *Secrets          // receives the credentials that IAM returns

	// Account is sent in the header X-Domain-Id of each call. IAM requires it in signed requests. May be nil.
	Account *Account
}

// iamCall is a request and its expected response.
type iamCall struct {
	httpMethod string
	url        string
	header     http.Header
	body       any    // encoded as JSON; nil for none
	wantStatus int    // the documented status; any other is an error
	lookup     Lookup // what the call finds out; empty for a login
	result     any    // receives the body: a *string as text, any other pointer as JSON; nil to ignore the body
}

// vendorURL returns the root of the calls that Keystone does not provide. Their API version is v3.0.
func (i IAM) vendorURL() string {
	return strings.TrimSuffix(strings.TrimRight(i.URL, "/"), "/v3") + "/v3.0"
}

// url returns the URL of a call that Keystone provides.
func (i IAM) url(path string) string { return strings.TrimRight(i.URL, "/") + path }

// do makes a call and returns the header of the response. Every error is a [*LoginError].
func (i IAM) do(ctx context.Context, c iamCall) (http.Header, error) {
	failed := &LoginError{Method: i.Method, URL: c.url, Lookup: c.lookup}
	req, err := c.request(ctx)
	if err != nil {
		failed.Err = err
		return nil, failed
	}
	noAccount, err := i.setAccount(ctx, c, req)
	if err != nil {
		return nil, err
	}
	resp, err := (&http.Client{Transport: bodyLimiter{i.Next}, CheckRedirect: noRedirect}).Do(req)
	var inner *LoginError
	if errors.As(err, &inner) {
		return nil, inner // the login that authenticates the call failed
	}
	if err != nil {
		failed.Err = neterror.WithoutURL(err)
		return nil, failed
	}
	defer func() { _ = resp.Body.Close() }() // an error is of no interest after reading
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		failed.Err = err
		return nil, failed
	}
	if resp.StatusCode == http.StatusUnauthorized && noAccount != nil {
		return nil, noAccount
	}
	if resp.StatusCode != c.wantStatus {
		failed.setResponse(resp.StatusCode, resp.Header, body, i.Secrets)
		return nil, failed
	}
	if !c.read(body) {
		failed.setResponse(resp.StatusCode, resp.Header, body, i.Secrets)
		failed.Err = errors.New("the response is not the documented JSON")
		return nil, failed
	}
	return resp.Header, nil
}

// setAccount sets the header with the account of the access key. IAM may find projects for a key whose account is not returned, so
// that such a call is made without the header. If it is rejected, noAccount is the reason.
func (i IAM) setAccount(ctx context.Context, c iamCall, req *http.Request) (noAccount, err error) {
	if i.Account == nil {
		return nil, nil
	}
	id, err := i.Account.ID(ctx, i)
	if errors.Is(err, errNoAccount) && c.lookup == LookupProject {
		return err, nil
	}
	if id != "" {
		req.Header.Set(accountHeader, id)
	}
	return nil, err
}

// read decodes a body into the result. It reports whether the body is in the documented format.
func (c iamCall) read(body []byte) bool {
	if c.result == nil {
		return true
	}
	if text, ok := c.result.(*string); ok {
		*text = strings.TrimSpace(string(body))
		return true
	}
	return json.Unmarshal(body, c.result) == nil
}

func (c iamCall) request(ctx context.Context) (*http.Request, error) {
	body := []byte(nil)
	if c.body != nil {
		encoded, err := json.Marshal(c.body)
		if err != nil {
			return nil, err
		}
		body = encoded
	}
	req, err := http.NewRequestWithContext(ctx, c.httpMethod, c.url, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, values := range c.header {
		req.Header[name] = values
	}
	req.Header.Set("Accept", "application/json")
	if c.body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}
