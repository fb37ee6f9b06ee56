// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"errors"
	"net/http"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

func TestRequestsOfWrites(t *testing.T) {
	t.Parallel()
	write := func(key, value string) func(*testing.T, *ims.Client) error {
		return func(t *testing.T, c *ims.Client) error {
			t.Helper()
			return c.WriteTag(t.Context(), image, ims.Tag{Key: key, Value: value})
		}
	}
	remove := func(key string) func(*testing.T, *ims.Client) error {
		return func(t *testing.T, c *ims.Client) error {
			t.Helper()
			return c.DeleteTag(t.Context(), image, key)
		}
	}
	const batch = tagPath + "/action"
	cases := map[string]struct {
		call               func(*testing.T, *ims.Client) error
		method, path, body string
	}{
		"a tag":                                       {write("k", "v"), "POST", tagPath, `{"tag":{"key":"k","value":"v"}}`},
		"an empty value":                              {write("k", ""), "POST", tagPath, `{"tag":{"key":"k","value":""}}`},
		"a written key with any characters":           {write("../a b/é\"", "{x}"), "POST", tagPath, `{"tag":{"key":"../a b/é\"","value":"{x}"}}`},
		"a deleted key that is safe in a path":        {remove("Az09_-."), "DELETE", tagPath + "/Az09_-.", ""},
		"the deleted key ...":                         {remove("..."), "DELETE", tagPath + "/...", ""},
		"a deleted key of dots and letters":           {remove("..a"), "DELETE", tagPath + "/..a", ""},
		"the key . is deleted in a body":              {remove("."), "POST", batch, `{"action":"delete","tags":[{"key":".","value":""}]}`},
		"the key .. is deleted in a body":             {remove(".."), "POST", batch, `{"action":"delete","tags":[{"key":"..","value":""}]}`},
		"a key with a slash is deleted in a body":     {remove("a/b"), "POST", batch, `{"action":"delete","tags":[{"key":"a/b","value":""}]}`},
		"a key with a space is deleted in a body":     {remove("a b"), "POST", batch, `{"action":"delete","tags":[{"key":"a b","value":""}]}`},
		"a key with a percent is deleted in a body":   {remove("a%2e"), "POST", batch, `{"action":"delete","tags":[{"key":"a%2e","value":""}]}`},
		"a key with a colon is deleted in a body":     {remove("a:b"), "POST", batch, `{"action":"delete","tags":[{"key":"a:b","value":""}]}`},
		"a key with a tilde is deleted in a body":     {remove("a~b"), "POST", batch, `{"action":"delete","tags":[{"key":"a~b","value":""}]}`},
		"a key that ends a line is deleted in a body": {remove("a\n"), "POST", batch, `{"action":"delete","tags":[{"key":"a\n","value":""}]}`},
		"a key of other letters is deleted in a body": {remove("é"), "POST", batch, `{"action":"delete","tags":[{"key":"é","value":""}]}`},
		"a key of emoji is deleted in a body":         {remove("😀"), "POST", batch, `{"action":"delete","tags":[{"key":"😀","value":""}]}`},
		"an empty key is deleted in a body":           {remove(""), "POST", batch, `{"action":"delete","tags":[{"key":"","value":""}]}`},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, respond(204, ""))
			if err := c.call(t, newClient(t, s.URL)); err != nil {
				t.Fatal(err)
			}
			expectRequest(t, s, receivedRequest{method: c.method, path: c.path, body: c.body})
		})
	}
}

func TestRequestOfListTags(t *testing.T) {
	t.Parallel()
	s := serve(t, respond(200, `{"tags":[]}`))
	if _, err := newClient(t, s.URL).ListTags(t.Context(), image); err != nil {
		t.Fatal(err)
	}
	expectRequest(t, s, receivedRequest{method: "GET", path: tagPath})
}

// expectRequest checks that a server received only this request, with the right headers.
func expectRequest(t *testing.T, s *server, want receivedRequest) {
	t.Helper()
	requests := s.requests()
	if len(requests) != 1 {
		t.Fatalf("%d requests were sent, want 1", len(requests))
	}
	got := requests[0]
	if got.method != want.method || got.path != want.path || got.body != want.body {
		t.Errorf("the request was %s %s %s, want %s %s %s", got.method, got.path, got.body, want.method, want.path, want.body)
	}
	contentType := ""
	if want.body != "" {
		contentType = "application/json"
	}
	for name, want := range map[string]string{
		"User-Agent": "test/1", "Accept": "application/json", "X-Project-Id": project, "Content-Type": contentType,
	} {
		if got := got.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if _, there := got.header["Content-Type"]; there != (contentType != "") {
		t.Error("there is a Content-Type without a body")
	}
}

func TestPathsArePrefixedAndEscaped(t *testing.T) {
	t.Parallel()
	const plain = "/v2/p/images/i/tags"
	cases := map[string]struct {
		suffix string
		image  ims.Image
		want   string
	}{
		"no prefix":                         {"", ims.Image{ProjectID: "p", ID: "i"}, plain},
		"a slash at the end":                {"/", ims.Image{ProjectID: "p", ID: "i"}, plain},
		"a prefix":                          {"/a/b", ims.Image{ProjectID: "p", ID: "i"}, "/a/b" + plain},
		"a prefix with a slash":             {"/a/b/", ims.Image{ProjectID: "p", ID: "i"}, "/a/b" + plain},
		"a prefix that is escaped":          {"/a%2Fb/", ims.Image{ProjectID: "p", ID: "i"}, "/a%2Fb" + plain},
		"ids that would change the path":    {"", ims.Image{ProjectID: "a/b", ID: "c?d#e"}, "/v2/a%2Fb/images/c%3Fd%23e/tags"},
		"ids with spaces, braces, percents": {"", ims.Image{ProjectID: "{project_id}", ID: "a b%2F"}, "/v2/%7Bproject_id%7D/images/a%20b%252F/tags"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, respond(204, ""))
			if err := newClient(t, s.URL+c.suffix).WriteTag(t.Context(), c.image, ims.Tag{Key: "k"}); err != nil {
				t.Fatal(err)
			}
			if got := s.requests()[0].path; got != c.want {
				t.Errorf("the path is %s, want %s", got, c.want)
			}
		})
	}
}

func TestWritesSucceedWith204Only(t *testing.T) {
	t.Parallel()
	for _, status := range []int{200, 201, 202, 203, 206} {
		for _, key := range []string{"plain", "in a body"} {
			s := serve(t, respond(status, `{"tags":[]}`))
			c := newClient(t, s.URL)
			if err := c.WriteTag(t.Context(), image, ims.Tag{Key: key}); err == nil {
				t.Errorf("a write with status %d succeeded", status)
			}
			if err := c.DeleteTag(t.Context(), image, key); err == nil {
				t.Errorf("a delete of %q with status %d succeeded", key, status)
			}
			if n := len(s.requests()); n != 2 {
				t.Errorf("two writes with status %d made %d requests", status, n)
			}
		}
	}
}

func TestDeleteOfAMissingTagOrImageSucceeds(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		status int
		body   string
		done   bool
	}{
		"404 of the service":                   {404, `{"error":{"code":"IMG.0121","message":"no tag"}}`, true},
		"400 IMG.0027":                         {400, `{"error":{"code":"IMG.0027","message":"no image"}}`, true},
		"400 IMG.0144":                         {400, `{"error":{"code":"IMG.0144","message":"no image"}}`, true},
		"400 IMG.0086":                         {400, `{"error":{"code":"IMG.0086","message":"no image"}}`, true},
		"400 IMG.0066, a malformed id":         {400, `{"error":{"code":"IMG.0066","message":"malformed"}}`, false},
		"400 IMG.0030, a wrong project":        {400, `{"error":{"code":"IMG.0030","message":"project"}}`, false},
		"404 of the gateway":                   {404, `{"error_code":"APIGW.0101","error_msg":"no API","request_id":"r"}`, false},
		"404 of a gateway with another prefix": {404, `{"error_code":"APIG.0103","error_msg":"no backend"}`, false},
		"404 with a page":                      {404, `<html>IMG.0027 not found</html>`, false},
		"404 without a body":                   {404, ``, false},
		"404 of IAM":                           {404, `{"error":{"code":404,"message":"no","title":"Not Found"}}`, false},
		"403 of the service":                   {403, `{"error":{"code":"IMG.0027","message":"no right"}}`, false},
		"200 with the code of a missing image": {200, `{"error":{"code":"IMG.0027","message":"gone"}}`, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, key := range []string{"plain", "in a body"} {
				s := serve(t, respond(c.status, c.body))
				if err := newClient(t, s.URL).DeleteTag(t.Context(), image, key); (err == nil) != c.done {
					t.Errorf("%q: the error is %v", key, err)
				}
				want := 1
				if c.status == http.StatusNotFound && !c.done {
					want = 2 // a 404 without a code of the service lists the tags
				}
				if n := len(s.requests()); n != want {
					t.Errorf("%q: %d requests were sent, want %d", key, n, want)
				}
			}
		})
	}
}

// The error code of a 404 for a missing tag is not documented. Only the list of tags proves that the tag does not
// exist.
func TestDeleteListsTheTagsAfterA404WithoutACode(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		list http.HandlerFunc
		done bool
	}{
		"the tag does not exist":   {respond(200, `{"tags":[{"key":"other","value":"v"}]}`), true},
		"the image has no tags":    {respond(200, `{"tags":[]}`), true},
		"the image does not exist": {respond(400, `{"error":{"code":"IMG.0144","message":"no image"}}`), true},
		"the tag exists":           {respond(200, `{"tags":[{"key":"k","value":"v"},{"key":"a b","value":"v"}]}`), false},
		"the list is a page":       {respond(200, `<html>`), false},
		"the list is not found":    {respond(404, `{"error_code":"APIGW.0101","error_msg":"no API"}`), false},
		"permission denied":        {respond(403, `{"error":{"code":"IMG.0026","message":"no right"}}`), false},
		"the list fails":           {respond(503, ``), false},
		"the list is missing":      {respond(200, `{}`), false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, key := range []string{"k", "a b"} {
				s := serve(t, func(w http.ResponseWriter, r *http.Request) {
					if r.Method == http.MethodGet {
						c.list(w, r)
						return
					}
					respond(404, `{"message":"Not Found"}`)(w, r)
				})
				err := newClient(t, s.URL, withMaxRetries(0)).DeleteTag(t.Context(), image, key)
				if (err == nil) != c.done {
					t.Errorf("%q: the error is %v", key, err)
				}
				if err != nil && asError(t, err).Operation == ims.OperationListTags {
					t.Errorf("%q: the error is %v, want the error of the delete", key, err)
				}
				if n := len(s.requests()); n != 2 {
					t.Errorf("%q: %d requests were sent, want 2", key, n)
				}
			}
		})
	}
}

func TestWriteToAMissingImageFails(t *testing.T) {
	t.Parallel()
	s := serve(t, respond(404, `{"error":{"code":"IMG.0027","message":"no image"}}`))
	if err := newClient(t, s.URL).WriteTag(t.Context(), image, ims.Tag{Key: "k"}); !ims.IsImageNotFound(err) {
		t.Errorf("the error is %v", err)
	}
}

func TestAllFailuresHaveTheTypeError(t *testing.T) {
	t.Parallel()
	s := serve(t, dropConnection)
	calls := map[ims.Operation]func(c *ims.Client) error{
		ims.OperationWriteTag:   func(c *ims.Client) error { return c.WriteTag(t.Context(), image, ims.Tag{Key: "k"}) },
		ims.OperationListTags:   func(c *ims.Client) error { _, err := c.ListTags(t.Context(), image); return err },
		ims.OperationDeleteTag:  func(c *ims.Client) error { return c.DeleteTag(t.Context(), image, "k") },
		ims.OperationCreateTags: func(c *ims.Client) error { return c.CreateTags(t.Context(), image, []ims.Tag{{Key: "k"}}) },
		ims.OperationDeleteTags: func(c *ims.Client) error { return c.DeleteTags(t.Context(), image, []string{"k"}) },
	}
	for operation, call := range calls {
		err := call(newClient(t, s.URL, withMaxRetries(0)))
		var e *ims.Error
		if !errors.As(err, &e) || e.Operation != operation || e.Method == "" || e.Path == "" || e.Attempts != 1 || e.Err == nil {
			t.Errorf("%s: the error is %+v", operation, err)
		}
	}
}

func TestNewClientRejectsInvalidConfigs(t *testing.T) {
	t.Parallel()
	if _, err := ims.NewClient(ims.Config{Endpoint: fakeEndpoint}); err == nil {
		t.Error("there is a client without a transport")
	}
	if _, err := ims.NewClient(ims.Config{Endpoint: "ims", Transport: http.DefaultTransport}); err == nil {
		t.Error("there is a client without an endpoint")
	}
}
