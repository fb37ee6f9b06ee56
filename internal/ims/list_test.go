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
		"some tags in their order":           {`{"tags":[{"key":"b","value":"1"},{"key":"a","value":""}]}`, []ims.Tag{{Key: "b", Value: "1"}, {Key: "a"}}},
		"no tags":                            {`{"tags":[]}`, []ims.Tag{}},
		"a value that is missing":            {`{"tags":[{"key":"a"}]}`, []ims.Tag{{Key: "a"}}},
		"a value that is null":               {`{"tags":[{"key":"a","value":null}]}`, []ims.Tag{{Key: "a"}}},
		"the same tag twice":                 {`{"tags":[{"key":"a","value":"1"},{"key":"a","value":"1"}]}`, []ims.Tag{{Key: "a", Value: "1"}}},
		"keys that differ in case":           {`{"tags":[{"key":"a","value":"1"},{"key":"A","value":"2"}]}`, []ims.Tag{{Key: "a", Value: "1"}, {Key: "A", Value: "2"}}},
		"fields that are not known":          {`{"tags":[{"key":"a","value":"1","x":2}],"request_id":"r"}`, []ims.Tag{{Key: "a", Value: "1"}}},
		"letters that are escaped":           {`{"tags":[{"key":"\u00e9\ud83d\ude00","value":"a\/b\u003c"}]}`, []ims.Tag{{Key: "é😀", Value: "a/b<"}}},
		"spaces, which belong to the value":  {` {"tags": [ {"key": " a ", "value": " " } ] } ` + "\n", []ims.Tag{{Key: " a ", Value: " "}}},
		"tags longer than can be written":    {`{"tags":[{"key":"` + longKey + `","value":"` + longValue + `"}]}`, []ims.Tag{{Key: longKey, Value: longValue}}},
		"a missing value, and an empty one":  {`{"tags":[{"key":"a"},{"key":"a","value":""}]}`, []ims.Tag{{Key: "a"}}},
		"more tags than an image could have": {`{"tags":[` + strings.Repeat(`{"key":"a"},`, 5000) + `{"key":"b"}]}`, []ims.Tag{{Key: "a"}, {Key: "b"}}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, answer(200, c.body)) // with the content type that net/http guesses
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

// An answer that is not the documented one must never be taken for an image without tags.
func TestListTagsRefusesWhatIsNotDocumented(t *testing.T) {
	t.Parallel()
	const notJSON, noList = "not the documented JSON", `no list "tags"`
	cases := map[string]struct {
		status     int
		body, want string
	}{
		"nothing":                       {200, ``, notJSON},
		"a page":                        {200, `<html><body>Sign in</body></html>`, "HTTP 200 with text/html instead of JSON"},
		"half of it":                    {200, `{"tags":[{"key":"a","val`, notJSON},
		"it twice":                      {200, `{"tags":[]}{"tags":[]}`, notJSON},
		"it and something else":         {200, `{"tags":[]}<!-- proxy -->`, notJSON},
		"a byte order mark":             {200, "\xef\xbb\xbf" + `{"tags":[]}`, notJSON},
		"a list alone":                  {200, `[]`, notJSON},
		"text alone":                    {200, `"tags"`, notJSON},
		"tags of another type":          {200, `{"tags":{"a":"1"}}`, notJSON},
		"tags as texts":                 {200, `{"tags":["a.1"]}`, notJSON},
		"a value of another type":       {200, `{"tags":[{"key":"a","value":1}]}`, notJSON},
		"a key of another type":         {200, `{"tags":[{"key":1,"value":"a"}]}`, notJSON},
		"null":                          {200, `null`, noList},
		"no list":                       {200, `{}`, noList},
		"a list that is null":           {200, `{"tags":null}`, noList},
		"an error with a 200":           {200, `{"error":{"code":"IMG.0027","message":"gone"}}`, noList},
		"a gateway's error with a 200":  {200, `{"error_code":"APIGW.0101","error_msg":"no"}`, noList},
		"a tag without a key":           {200, `{"tags":[{"value":"1"}]}`, "a tag without a key"},
		"a key that is null":            {200, `{"tags":[{"key":null,"value":"1"}]}`, "a tag without a key"},
		"a tag that is null":            {200, `{"tags":[null]}`, "a tag without a key"},
		"a key twice with other values": {200, `{"tags":[{"key":"a","value":"1"},{"key":"a","value":"2"}]}`, `the key "a" twice`},
		"a key that is no text":         {200, "{\"tags\":[{\"key\":\"\xff\",\"value\":\"1\"}]}", "not UTF-8"},
		"a value that is no text":       {200, "{\"tags\":[{\"key\":\"a\",\"value\":\"\xc3\"}]}", "not UTF-8"},
		"201":                           {201, `{"tags":[]}`, "HTTP 201 Created"},
		"202":                           {202, `{"tags":[]}`, "HTTP 202 Accepted"},
		"203, changed by a proxy":       {203, `{"tags":[]}`, "HTTP 203"},
		"206":                           {206, `{"tags":[]}`, "HTTP 206"},
		"204":                           {204, ``, "HTTP 204 No Content"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, answer(c.status, c.body))
			tags, err := newClient(t, s.URL).ListTags(t.Context(), image)
			if err == nil {
				t.Fatalf("it succeeded with %v", tags)
			}
			if len(tags) > 0 || ims.IsImageNotFound(err) {
				t.Errorf("it is taken for an answer: %v, %v", tags, err)
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

func TestListTagsTakesTheRightJSONOfAnotherType(t *testing.T) {
	t.Parallel()
	for _, contentType := range []string{"text/plain; charset=utf-8", "application/octet-stream", "", "application/json;;"} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header()["Content-Type"] = []string{contentType}
			answer(200, `{"tags":[{"key":"a","value":"1"}]}`)(w, r)
		})
		if tags, err := newClient(t, s.URL).ListTags(t.Context(), image); err != nil || len(tags) != 1 {
			t.Errorf("%q: the tags are %v, %v", contentType, tags, err)
		}
	}
}

// What comes as a page is not of the service, whatever it holds.
func TestListTagsRefusesJSONThatIsAPage(t *testing.T) {
	t.Parallel()
	for _, contentType := range []string{"text/html", "text/html; charset=utf-8", "application/xhtml+xml", "text/xml; ;"} {
		s := serve(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", contentType)
			answer(200, `{"tags":[]}`)(w, r)
		})
		tags, err := newClient(t, s.URL).ListTags(t.Context(), image)
		if err == nil || !strings.Contains(err.Error(), "instead of JSON") || tags != nil {
			t.Errorf("%q: the tags are %v, %v", contentType, tags, err)
		}
	}
}

// A body that ends before its length is a broken connection, not an answer.
func TestListTagsThatBreaksOffIsReadAgain(t *testing.T) {
	t.Parallel()
	s := serve(t, answers(
		func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = w.Write([]byte(`{"tags":[]}`))
		},
		answer(200, `{"tags":[{"key":"a","value":"1"}]}`),
	))
	tags, err := newClient(t, s.URL).ListTags(t.Context(), image)
	if err != nil || !slices.Equal(tags, []ims.Tag{{Key: "a", Value: "1"}}) {
		t.Errorf("the tags are %v, %v", tags, err)
	}
	if n := len(s.requests()); n != 2 {
		t.Errorf("%d requests were sent, want 2", n)
	}
}
