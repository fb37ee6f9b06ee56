// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
)

// roundTrip is a transport that is a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// noContent returns a 204 response.
func noContent(r *http.Request) *http.Response {
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Request: r}
}

func newRequest(t *testing.T, method, url, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// send sends a request, which has to succeed. It may be called in any goroutine.
func send(t *testing.T, transport http.RoundTripper, r *http.Request) {
	t.Helper()
	resp, err := transport.RoundTrip(r)
	if err != nil {
		t.Error(err)
		return
	}
	if err := resp.Body.Close(); err != nil {
		t.Error(err)
	}
}

func TestTokenIsAddedToACopy(t *testing.T) {
	t.Parallel()
	request := newRequest(t, http.MethodPost, "https://ims.example.com/v2", "body")
	request.Header.Set("X-Auth-Token", "another")
	request.Header.Set("Accept", "application/json")
	before := request.Header.Clone()

	var sent *http.Request
	token := &auth.Token{Value: "secret", Next: roundTrip(func(r *http.Request) (*http.Response, error) {
		sent = r
		return noContent(r), nil
	})}
	send(t, token, request)

	if got := sent.Header.Values("X-Auth-Token"); len(got) != 1 || got[0] != "secret" {
		t.Errorf("the token that was sent is %q", got)
	}
	if sent.Header.Get("Accept") != "application/json" || sent.Method != http.MethodPost || sent.URL.String() != request.URL.String() ||
		sent.Body != request.Body || sent.ContentLength != 4 || sent.Context() != request.Context() {
		t.Errorf("the request that was sent is another one: %v", sent)
	}
	if !maps.EqualFunc(request.Header, before, func(a, b []string) bool { return a[0] == b[0] }) {
		t.Errorf("the header of the request became %v", request.Header)
	}
}

func TestTokenReturnsErrors(t *testing.T) {
	t.Parallel()
	want := errors.New("no network")
	token := &auth.Token{Value: "secret", Next: roundTrip(func(*http.Request) (*http.Response, error) { return nil, want })}
	resp, err := token.RoundTrip(newRequest(t, http.MethodGet, "https://ims.example.com", ""))
	if !errors.Is(err, want) || resp != nil {
		t.Errorf("it is %v, %v", resp, err)
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the error repeats the token: %v", err)
	}
}
