// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"testing"
	"unicode/utf8"
)

// No response body makes decodeTags panic or return a key twice.
func FuzzDecodeTags(f *testing.F) {
	for _, seed := range []string{
		"", "null", "{}", `{"tags":null}`, `{"tags":[]}`, `{"tags":[{"key":"k","value":"v"}]}`, `{"tags":[{"key":"k"},{"key":"k","value":"w"}]}`,
		`{"tags":[null]}`, `{"tags":[{"key":null}]}`, `{"tags":[{"key":"\ud800"}]}`, "\xff", `{"tags":[{"key":"k","value":1}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		tags, err := decodeTags(body)
		if err != nil && tags != nil {
			t.Error("there are both tags and an error")
		}
		seen := make(map[string]bool)
		for _, tag := range tags {
			if seen[tag.Key] || !utf8.ValidString(tag.Key) || !utf8.ValidString(tag.Value) {
				t.Errorf("the tag %q comes twice or is not UTF-8", tag.Key)
			}
			seen[tag.Key] = true
		}
	})
}

// No response body makes decodeTaggedImages panic or return a key of an image twice.
func FuzzDecodeImages(f *testing.F) {
	for _, seed := range []string{
		"", "null", "{}", `{"resources":null}`, `{"resources":[]}`, `{"resources":[null]}`, `{"resources":[{"resource_id":null,"tags":[]}]}`,
		`{"resources":[{"resource_id":"i","tags":[{"key":"k","value":"v"}]},{"resource_id":"i","tags":[]}],"total_count":2}`,
		`{"resources":[{"resource_id":"i","tags":[{"key":"k"},{"key":"k","value":"w"}]}],"total_count":-1}`, "\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		page, err := decodeTaggedImages(body)
		if err != nil && page.Images != nil || len(page.Images) > page.Length {
			t.Errorf("there are %d images of %d, and %v", len(page.Images), page.Length, err)
		}
		for id, tags := range page.Images {
			seen := make(map[string]bool)
			for _, tag := range tags {
				if seen[tag.Key] {
					t.Errorf("the tag %q of %q comes twice", tag.Key, id)
				}
				seen[tag.Key] = true
			}
		}
	})
}

// No text makes ParseEndpoint panic or accept a URL that may carry a secret.
func FuzzParseEndpoint(f *testing.F) {
	for _, seed := range []string{
		"", "https://ims.example.com", "http://[::1]:8080/a", "https://u:p@h", "https:u:p@h", "//h", "https://h?a=b", "https://h#f", "https://h:port", "%zz",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		u, err := ParseEndpoint(text)
		if err != nil {
			return
		}
		if u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Hostname() == "" || u.Scheme != "http" && u.Scheme != "https" {
			t.Errorf("%q is accepted", text)
		}
	})
}
