// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

func TestListTags(t *testing.T) {
	t.Parallel()
	longKey, longValue := strings.Repeat("k", 127), strings.Repeat("v", 255)
	cases := map[string]struct {
		body string
		want []ims.Tag
	}{
		"tags in the order of the response":  {`{"tags":[{"key":"b","value":"1"},{"key":"a","value":""}]}`, []ims.Tag{{Key: "b", Value: "1"}, {Key: "a"}}},
		"no tags":                            {`{"tags":[]}`, []ims.Tag{}},
		"a missing value":                    {`{"tags":[{"key":"a"}]}`, []ims.Tag{{Key: "a"}}},
		"a null value":                       {`{"tags":[{"key":"a","value":null}]}`, []ims.Tag{{Key: "a"}}},
		"the same tag twice":                 {`{"tags":[{"key":"a","value":"1"},{"key":"a","value":"1"}]}`, []ims.Tag{{Key: "a", Value: "1"}}},
		"keys that differ in case":           {`{"tags":[{"key":"a","value":"1"},{"key":"A","value":"2"}]}`, []ims.Tag{{Key: "a", Value: "1"}, {Key: "A", Value: "2"}}},
		"unknown fields":                     {`{"tags":[{"key":"a","value":"1","x":2}],"request_id":"r"}`, []ims.Tag{{Key: "a", Value: "1"}}},
		"escaped characters":                 {`{"tags":[{"key":"\u00e9\ud83d\ude00","value":"a\/b\u003c"}]}`, []ims.Tag{{Key: "é😀", Value: "a/b<"}}},
		"spaces in keys and values":          {` {"tags": [ {"key": " a ", "value": " " } ] } ` + "\n", []ims.Tag{{Key: " a ", Value: " "}}},
		"tags longer than can be written":    {`{"tags":[{"key":"` + longKey + `","value":"` + longValue + `"}]}`, []ims.Tag{{Key: longKey, Value: longValue}}},
		"a missing value and an empty one":   {`{"tags":[{"key":"a"},{"key":"a","value":""}]}`, []ims.Tag{{Key: "a"}}},
		"more tags than an image could have": {`{"tags":[` + strings.Repeat(`{"key":"a"},`, 5000) + `{"key":"b"}]}`, []ims.Tag{{Key: "a"}, {Key: "b"}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, respond(200, c.body)) // with the Content-Type that net/http guesses
			got, err := newClient(t, s.URL).ListTags(t.Context(), image)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("the tags are %q, want %q", got, c.want)
			}
		})
	}
}

// A response that is not the documented one must never be mistaken for an image without tags.
func TestListTagsRejectsUndocumentedResponses(t *testing.T) {
	t.Parallel()
	const notJSON, noList = "not the documented JSON", `no list "tags"`
	cases := map[string]struct {
		status     int
		body, want string
	}{
		"an empty body":                     {200, ``, notJSON},
		"a page":                            {200, `<html><body>Sign in</body></html>`, "HTTP 200 with text/html instead of JSON"},
		"half of the JSON":                  {200, `{"tags":[{"key":"a","val`, notJSON},
		"the JSON twice":                    {200, `{"tags":[]}{"tags":[]}`, notJSON},
		"JSON and something else":           {200, `{"tags":[]}<!-- proxy -->`, notJSON},
		"a byte order mark":                 {200, "\xef\xbb\xbf" + `{"tags":[]}`, notJSON},
		"an array":                          {200, `[]`, notJSON},
		"a string":                          {200, `"tags"`, notJSON},
		"tags of another type":              {200, `{"tags":{"a":"1"}}`, notJSON},
		"tags as strings":                   {200, `{"tags":["a.1"]}`, notJSON},
		"a value of another type":           {200, `{"tags":[{"key":"a","value":1}]}`, notJSON},
		"a key of another type":             {200, `{"tags":[{"key":1,"value":"a"}]}`, notJSON},
		"null":                              {200, `null`, noList},
		"no list":                           {200, `{}`, noList},
		"a null list":                       {200, `{"tags":null}`, noList},
		"an error with a 200":               {200, `{"error":{"code":"IMG.0027","message":"gone"}}`, noList},
		"a gateway's error with a 200":      {200, `{"error_code":"APIGW.0101","error_msg":"no"}`, noList},
		"a tag without a key":               {200, `{"tags":[{"value":"1"}]}`, "a tag without a key"},
		"a null key":                        {200, `{"tags":[{"key":null,"value":"1"}]}`, "a tag without a key"},
		"a null tag":                        {200, `{"tags":[null]}`, "a tag without a key"},
		"a key twice with different values": {200, `{"tags":[{"key":"a","value":"1"},{"key":"a","value":"2"}]}`, `the key "a" twice`},
		"a key that is not UTF-8":           {200, "{\"tags\":[{\"key\":\"\xff\",\"value\":\"1\"}]}", "not UTF-8"},
		"a value that is not UTF-8":         {200, "{\"tags\":[{\"key\":\"a\",\"value\":\"\xc3\"}]}", "not UTF-8"},
		"201":                               {201, `{"tags":[]}`, "HTTP 201 Created"},
		"202":                               {202, `{"tags":[]}`, "HTTP 202 Accepted"},
		"203, changed by a proxy":           {203, `{"tags":[]}`, "HTTP 203"},
		"206":                               {206, `{"tags":[]}`, "HTTP 206"},
		"204":                               {204, ``, "HTTP 204 No Content"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, respond(c.status, c.body))
			tags, err := newClient(t, s.URL).ListTags(t.Context(), image)
			if err == nil {
				t.Fatalf("it succeeded with %v", tags)
			}
			if len(tags) > 0 || ims.IsImageNotFound(err) {
				t.Errorf("it has a result: %v, %v", tags, err)
			}
			e := asError(t, err)
			if e.StatusCode != c.status || e.Attempts != 1 || !strings.Contains(e.Error(), c.want) {
				t.Errorf("the error is %+v, want %q", e, c.want)
			}
			if n := len(s.requests()); n != 1 {
				t.Errorf("%d requests were sent, want 1", n)
			}
		})
	}
}

func TestListTagsAcceptsJSONWithAnotherContentType(t *testing.T) {
	t.Parallel()
	for _, contentType := range []string{"text/plain; charset=utf-8", "application/octet-stream", "", "application/json;;"} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Content-Type"] = []string{contentType}
			respond(200, `{"tags":[{"key":"a","value":"1"}]}`)(w, r)
		})
		if tags, err := newClient(t, s.URL).ListTags(t.Context(), image); err != nil || len(tags) != 1 {
			t.Errorf("%q: the tags are %v, %v", contentType, tags, err)
		}
	}
}

// A web page is not from the service, even if its text is valid JSON.
func TestListTagsRejectsPages(t *testing.T) {
	t.Parallel()
	for _, contentType := range []string{"text/html", "text/html; charset=utf-8", "application/xhtml+xml", "text/xml; ;"} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", contentType)
			respond(200, `{"tags":[]}`)(w, r)
		})
		tags, err := newClient(t, s.URL).ListTags(t.Context(), image)
		if err == nil || !strings.Contains(err.Error(), "instead of JSON") || tags != nil {
			t.Errorf("%q: the tags are %v, %v", contentType, tags, err)
		}
	}
}

// A body that is shorter than its Content-Length is a broken connection, not a response.
func TestListTagsIsRetriedAfterABrokenBody(t *testing.T) {
	t.Parallel()
	s := serve(t, respondInTurn(
		func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte(`{"tags":[]}`))
		},
		respond(200, `{"tags":[{"key":"a","value":"1"}]}`),
	))
	tags, err := newClient(t, s.URL).ListTags(t.Context(), image)
	if err != nil || !slices.Equal(tags, []ims.Tag{{Key: "a", Value: "1"}}) {
		t.Errorf("the tags are %v, %v", tags, err)
	}
	if n := len(s.requests()); n != 2 {
		t.Errorf("%d requests were sent, want 2", n)
	}
}
