// SPDX-License-Identifier: MPL-2.0

package auth_test

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// closable is a body that records whether it was closed.
type closable struct {
	io.Reader

	closed bool
}

func (c *closable) Close() error {
	c.closed = true
	return nil
}

func TestAccessKeyDoesNotChangeRequest(t *testing.T) {
	t.Parallel()
	body := &closable{Reader: strings.NewReader("body")}
	r := newRequest(t, http.MethodPost, "https://ims.example.com/v2/%7Ba%7D?b=c", "")
	r.Body, r.ContentLength = body, -1
	r.Header.Set("Accept", "application/json")
	header, target := r.Header.Clone(), *r.URL

	key := newKey("security-token")
	key.Next = roundTrip(func(sent *http.Request) (*http.Response, error) {
		content, err := io.ReadAll(sent.Body)
		if err != nil || string(content) != "body" || sent.ContentLength != 4 {
			t.Errorf("sent was %q of %d bytes, %v", content, sent.ContentLength, err)
		}
		if sent.Header.Get("Accept") != "application/json" || sent.Context() != r.Context() || sent == r {
			t.Error("the request that was sent is not a copy")
		}
		return noContent(sent), nil
	})
	send(t, key, r)

	if !body.closed {
		t.Error("the body was not closed")
	}
	if !maps.EqualFunc(r.Header, header, slices.Equal) || *r.URL != target || r.Body != body || r.ContentLength != -1 {
		t.Errorf("the request became %v", r)
	}
}

// An empty body is sent as http.NoBody. Otherwise, HTTP/2 and the retry after a lost connection treat it as a body.
func TestAccessKeySendsNoEmptyBody(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]io.ReadCloser{"nil": nil, "http.NoBody": http.NoBody, "empty": io.NopCloser(strings.NewReader(""))} {
		r := newRequest(t, http.MethodGet, "https://ims.example.com", "")
		r.Body = body
		key := newKey("")
		key.Next = roundTrip(func(sent *http.Request) (*http.Response, error) {
			if sent.Body != nil && sent.Body != http.NoBody || sent.ContentLength != 0 {
				t.Errorf("%s: the body is %v of %d bytes", name, sent.Body, sent.ContentLength)
			}
			return noContent(sent), nil
		})
		send(t, key, r)
	}
}

// A space in a query is signed as %20, so that it is sent as %20 and not as a plus.
func TestAccessKeySpacesInQuery(t *testing.T) {
	t.Parallel()
	const id = "00112233445566778899aabbccddeeff"
	s := imstest.Start(t, imstest.WithNamedProject("my + project", id))
	s.AddImage("golden image + tools")
	key := &auth.AccessKey{ID: imstest.AccessKey, Secret: imstest.SecretKey, Now: time.Now, Next: http.DefaultTransport}

	iam := auth.IAM{URL: s.URL() + "/v3", Next: key, Account: auth.NewAccount(imstest.DomainID)}
	if found, err := iam.FindProject(t.Context(), "my + project"); found != id || err != nil {
		t.Errorf("the project is %q, %v", found, err)
	}
	query := url.Values{"name": {"golden image + tools"}}
	list := newRequest(t, http.MethodGet, s.URL()+"/v2/cloudimages?"+query.Encode(), "")
	list.Header.Set("X-Project-Id", imstest.ProjectID)
	resp, err := key.RoundTrip(list)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK || !strings.Contains(string(body), "golden image + tools") || err != nil {
		t.Errorf("the response is %d %s, %v", resp.StatusCode, body, err)
	}
}

func TestAccessKeySignsEachAttempt(t *testing.T) {
	t.Parallel()
	now := clock()
	key := newKey("")
	key.Now = func() time.Time { now = now.Add(time.Minute); return now }
	var signatures []string
	key.Next = roundTrip(func(sent *http.Request) (*http.Response, error) {
		signatures = append(signatures, sent.Header.Get("X-Sdk-Date")+" "+sent.Header.Get("Authorization"))
		return noContent(sent), nil
	})
	r := newRequest(t, http.MethodGet, "https://ims.example.com", "")
	send(t, key, r)
	send(t, key, r)
	if signatures[0] == signatures[1] || !strings.HasPrefix(signatures[1], "20240102T030605Z ") {
		t.Errorf("the signatures are %q", signatures)
	}
}

func TestAccessKeySendsNoUnsignedRequest(t *testing.T) {
	t.Parallel()
	failing := newRequest(t, http.MethodPost, "https://ims.example.com", "")
	failing.Body = &closable{Reader: io.MultiReader(strings.NewReader("half"), iotest.ErrReader(errors.New("unreadable")))}
	cases := map[string]struct {
		key  auth.AccessKey
		r    *http.Request
		want string
	}{
		"no access key":               {auth.AccessKey{Secret: secretKey}, newRequest(t, http.MethodGet, "https://ims.example.com", ""), "signing the request"},
		"no secret key":               {auth.AccessKey{ID: accessKeyID}, newRequest(t, http.MethodGet, "https://ims.example.com", ""), "signing the request"},
		"a body that cannot be read":  {*newKey(""), failing, "unreadable"},
		"a body that cannot be ended": {*newKey(""), closing(t), "cannot be closed"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.key.Now = clock
			c.key.Next = roundTrip(func(r *http.Request) (*http.Response, error) {
				t.Error("it was sent")
				return noContent(r), nil
			})
			_, err := c.key.RoundTrip(c.r)
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), secretKey) {
				t.Errorf("the error is %v", err)
			}
		})
	}
}

type unclosable struct{ io.Reader }

func (unclosable) Close() error { return errors.New("cannot be closed") }

func closing(t *testing.T) *http.Request {
	t.Helper()
	r := newRequest(t, http.MethodPost, "https://ims.example.com", "")
	r.Body = unclosable{strings.NewReader("body")}
	return r
}

func TestAccessKeyIsUsedConcurrently(t *testing.T) {
	t.Parallel()
	key := newKey("security-token")
	var mu sync.Mutex
	signatures := make(map[string]bool)
	key.Next = roundTrip(func(sent *http.Request) (*http.Response, error) {
		body, _ := io.ReadAll(sent.Body)
		got := received{sent, string(body)}
		mu.Lock()
		defer mu.Unlock()
		signatures[sent.Header.Get("Authorization")] = true
		if got.Header.Get("Authorization") != signedByHand(got, sent.URL.Path) {
			t.Errorf("%s was signed wrong", sent.URL)
		}
		return noContent(sent), nil
	})
	var group sync.WaitGroup
	const requests = 50
	for i := range requests {
		r := newRequest(t, http.MethodPost, "https://ims.example.com/"+strings.Repeat("a", i+1), strings.Repeat("b", i))
		r.Header.Set("X-Project-Id", project)
		group.Go(func() { send(t, key, r) })
	}
	group.Wait()
	if len(signatures) != requests {
		t.Errorf("%d requests have %d signatures", requests, len(signatures))
	}
}
