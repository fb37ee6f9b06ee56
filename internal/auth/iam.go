package auth

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/fault"
)

// IAM is the identity service as it is called with one way in. It makes the calls that gophercloud does not know.
type IAM struct {
	Way     string            // what is logged in with, for errors
	URL     string            // with the version: https://iam.eu-de.otc.t-systems.com/v3
	Next    http.RoundTripper // authenticates, where a call needs it
	Secrets *Secrets          // learns what IAM gives out

	// Account is named in each call, which calls that are signed with keys require. May be nil.
	Account *Account
}

// iamCall is a call and what it is answered with.
type iamCall struct {
	method string
	url    string
	header http.Header
	body   any // encoded as JSON; nil for none
	status int // the only one that is a success
	answer any // takes the body of a success: a *string as it is, all else as JSON; nil for none
}

// vendor is the root of the calls that Keystone does not have: their version is v3.0.
func (i IAM) vendor() string {
	return strings.TrimSuffix(strings.TrimRight(i.URL, "/"), "/v3") + "/v3.0"
}

// url is that of a call that Keystone has.
func (i IAM) url(path string) string { return strings.TrimRight(i.URL, "/") + path }

// do makes a call and returns the header of its answer. Every error is a [*LoginError].
func (i IAM) do(ctx context.Context, c iamCall) (http.Header, error) {
	failed := &LoginError{Way: i.Way, URL: c.url}
	req, err := c.request(ctx)
	if err != nil {
		failed.Err = err
		return nil, failed
	}
	if i.Account != nil {
		id, err := i.Account.ID(ctx, i)
		if err != nil {
			return nil, err
		}
		if id != "" {
			req.Header.Set(accountHeader, id)
		}
	}
	resp, err := (&http.Client{Transport: capped{i.Next}, CheckRedirect: refuseRedirect}).Do(req)
	var inner *LoginError
	if errors.As(err, &inner) {
		return nil, inner // the call could not be made, because the login it is made with failed
	}
	if err != nil {
		failed.Err = fault.WithoutURL(err)
		return nil, failed
	}
	defer func() { _ = resp.Body.Close() }() // all that is wanted of it is read
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		failed.Err = err
		return nil, failed
	}
	if resp.StatusCode != c.status {
		failed.answered(resp.StatusCode, resp.Header, body, i.Secrets)
		return nil, failed
	}
	if !c.read(body) {
		failed.answered(resp.StatusCode, resp.Header, body, i.Secrets)
		failed.Err = errors.New("the response is not the documented JSON")
		return nil, failed
	}
	return resp.Header, nil
}

// read reports whether a body is what the call is documented to answer.
func (c iamCall) read(body []byte) bool {
	if c.answer == nil {
		return true
	}
	if text, ok := c.answer.(*string); ok {
		*text = strings.TrimSpace(string(body))
		return true
	}
	return json.Unmarshal(body, c.answer) == nil
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
	req, err := http.NewRequestWithContext(ctx, c.method, c.url, bytes.NewReader(body))
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
