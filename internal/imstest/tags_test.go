// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"net/http"
	"strings"
	"testing"
	"unicode"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

type tags = map[string]string

func TestWriteTag(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		before     tags
		key, value string
		status     int
		code       string
		after      tags
	}{
		"a new tag is added":                       {nil, "k", "v", 204, "", tags{"k": "v"}},
		"an empty value is a value":                {nil, "k", "", 204, "", tags{"k": ""}},
		"another value overwrites":                 {tags{"k": "old"}, "k", "new", 204, "", tags{"k": "new"}},
		"the same value changes nothing":           {tags{"k": "v"}, "k", "v", 204, "", tags{"k": "v"}},
		"keys differ by case":                      {tags{"k": "v"}, "K", "V", 204, "", tags{"k": "v", "K": "V"}},
		"an eleventh tag is refused":               {ten(), "eleventh", "v", 400, "IMG.0116", ten()},
		"a full image accepts another value":       {ten(), "key0", "value", 204, "", ten()},
		"a key of 36 ASCII characters fits":        {nil, strings.Repeat("k", 36), "v", 204, "", tags{strings.Repeat("k", 36): "v"}},
		"a key of 36 é fits":                       {nil, strings.Repeat("é", 36), "v", 204, "", tags{strings.Repeat("é", 36): "v"}},
		"a key of 36 CJK characters fits":          {nil, strings.Repeat("鍵", 36), "v", 204, "", tags{strings.Repeat("鍵", 36): "v"}},
		"a key of 36 emoji fits":                   {nil, strings.Repeat("😀", 36), "v", 204, "", tags{strings.Repeat("😀", 36): "v"}},
		"a key of 37 ASCII characters is refused":  {nil, strings.Repeat("k", 37), "v", 400, "IMG.0115", nil},
		"a key of 37 é is refused":                 {nil, strings.Repeat("é", 37), "v", 400, "IMG.0115", nil},
		"a key of 37 CJK characters is refused":    {nil, strings.Repeat("鍵", 37), "v", 400, "IMG.0115", nil},
		"a key of 37 emoji is refused":             {nil, strings.Repeat("😀", 37), "v", 400, "IMG.0115", nil},
		"a value of 43 é fits":                     {nil, "k", strings.Repeat("é", 43), 204, "", tags{"k": strings.Repeat("é", 43)}},
		"a value of 43 CJK characters fits":        {nil, "k", strings.Repeat("値", 43), 204, "", tags{"k": strings.Repeat("値", 43)}},
		"a value of 43 emoji fits":                 {nil, "k", strings.Repeat("😀", 43), 204, "", tags{"k": strings.Repeat("😀", 43)}},
		"a value of 44 characters is refused":      {nil, "k", strings.Repeat("v", 44), 400, "IMG.0115", nil},
		"a value of 44 emoji is refused":           {nil, "k", strings.Repeat("😀", 44), 400, "IMG.0115", nil},
		"an empty key is refused":                  {nil, "", "v", 400, "IMG.0115", nil},
		"a blank key is refused":                   {nil, "  ", "v", 400, "IMG.0115", nil},
		"a key with a leading space is refused":    {nil, " k", "v", 400, "IMG.0115", nil},
		"a key with a trailing space is refused":   {nil, "k ", "v", 400, "IMG.0115", nil},
		"a value with a trailing space is refused": {nil, "k", "v ", 400, "IMG.0115", nil},
		"a space inside is allowed":                {nil, "a key", "a value", 204, "", tags{"a key": "a value"}},
		"every character is allowed":               {nil, `=*<>\,|/?#%{}"`, `=*<>\,|/"`, 204, "", tags{`=*<>\,|/?#%{}"`: `=*<>\,|/"`}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, image := startWithTags(t, c.before)
			got := send(t, s, http.MethodPost, tagsPath(image), tagBody(t, c.key, c.value))
			got.expect(t, c.status, c.code)
			if c.status == http.StatusNoContent && (got.body != "" || got.header.Get("Content-Type") != "") {
				t.Errorf("204 has the body %q of the type %q", got.body, got.header.Get("Content-Type"))
			}
			expectTags(t, s, image, c.after)
		})
	}
}

// Older APIs left images with more tags than are allowed now.
func TestAnImageThatExceedsTheLimitKeepsItsTags(t *testing.T) {
	t.Parallel()
	s, image := startWithTags(t, ten())
	s.SetTag(image, "eleventh", "v")
	write := func(key string) reply { return send(t, s, http.MethodPost, tagsPath(image), tagBody(t, key, "new")) }
	write("eleventh").expect(t, http.StatusNoContent, "")
	write("twelfth").expect(t, http.StatusBadRequest, "IMG.0116")
	want := ten()
	want["eleventh"] = "new"
	expectTags(t, s, image, want)
}

func TestWriteTagBodies(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ body, code string }{
		"a missing value is refused":          {`{"tag":{"key":"k"}}`, "IMG.0115"},
		"a null value is refused":             {`{"tag":{"key":"k","value":null}}`, "IMG.0115"},
		"a missing key is refused":            {`{"tag":{"value":"v"}}`, "IMG.0115"},
		"a null key is refused":               {`{"tag":{"key":null,"value":"v"}}`, "IMG.0115"},
		"a number as value is refused":        {`{"tag":{"key":"k","value":1}}`, "IMG.0001"},
		"a missing tag is refused":            {`{}`, "IMG.0001"},
		"a list of tags is refused":           {`{"tag":[{"key":"k","value":"v"}]}`, "IMG.0001"},
		"half a body is refused":              {`{"tag":{"key":"k","val`, "IMG.0001"},
		"two bodies are refused":              {`{"tag":{"key":"k","value":"v"}}{}`, "IMG.0001"},
		"a body that is not JSON is refused":  {`tag=k`, "IMG.0001"},
		"a body that is not UTF-8 is refused": {"{\"tag\":{\"key\":\"\xff\",\"value\":\"v\"}}", "IMG.0001"},
		"an empty body is refused":            {``, "IMG.0007"},
		"the body of a batch is refused":      {`{"action":"create","tags":[{"key":"k","value":"v"}]}`, "IMG.0001"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, image := startWithTags(t, nil)
			send(t, s, http.MethodPost, tagsPath(image), c.body).expect(t, http.StatusBadRequest, c.code)
			expectTags(t, s, image, nil)
		})
	}
}

func TestListTags(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		tags tags
		want string
	}{
		"an image without tags has an empty list": {nil, `{"tags":[]}`},
		"tags are listed": {
			tags{"b": "2", "a": "1", "c": ""},
			`{"tags":[{"key":"a","value":"1"},{"key":"b","value":"2"},{"key":"c","value":""}]}`,
		},
		"tags of older APIs are listed as they are": {
			tags{strings.Repeat("k", 127): strings.Repeat("v", 255), " k ": " v "},
			`{"tags":[{"key":" k ","value":" v "},{"key":"` + strings.Repeat("k", 127) + `","value":"` + strings.Repeat("v", 255) + `"}]}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, image := startWithTags(t, c.tags)
			send(t, s, http.MethodGet, tagsPath(image), "").expectJSON(t, c.want)
		})
	}
}

func TestDeleteTag(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("k", 127)
	cases := map[string]struct {
		segment string // of the path
		status  int
		code    string
		after   tags
	}{
		"a tag is deleted":                       {"plain", 204, "", tags{"a/b": "v", "ü 鍵": "v", "a+b": "v", long: "v"}},
		"an absent tag is not found":             {"absent", 404, "IMG.0121", tags{"plain": "v", "a/b": "v", "ü 鍵": "v", "a+b": "v", long: "v"}},
		"an escaped slash belongs to the key":    {"a%2Fb", 204, "", tags{"plain": "v", "ü 鍵": "v", "a+b": "v", long: "v"}},
		"an escaped character is decoded":        {"%C3%BC%20%E9%8D%B5", 204, "", tags{"plain": "v", "a/b": "v", "a+b": "v", long: "v"}},
		"a plus is a plus":                       {"a+b", 204, "", tags{"plain": "v", "a/b": "v", "ü 鍵": "v", long: "v"}},
		"a key of an older API can be deleted":   {long, 204, "", tags{"plain": "v", "a/b": "v", "ü 鍵": "v", "a+b": "v"}},
		"keys differ by case":                    {"PLAIN", 404, "IMG.0121", tags{"plain": "v", "a/b": "v", "ü 鍵": "v", "a+b": "v", long: "v"}},
		"a query does not belong to the key":     {"plain?x=y", 204, "", tags{"a/b": "v", "ü 鍵": "v", "a+b": "v", long: "v"}},
		"a key is not part of another key":       {"plai", 404, "IMG.0121", tags{"plain": "v", "a/b": "v", "ü 鍵": "v", "a+b": "v", long: "v"}},
		"the key action is a key like any other": {"action", 404, "IMG.0121", tags{"plain": "v", "a/b": "v", "ü 鍵": "v", "a+b": "v", long: "v"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, image := startWithTags(t, tags{"plain": "v", "a/b": "v", "ü 鍵": "v", "a+b": "v", long: "v"})
			send(t, s, http.MethodDelete, tagsPath(image)+"/"+c.segment, "").expect(t, c.status, c.code)
			expectTags(t, s, image, c.after)
		})
	}
}

func TestProjectTags(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t)
	send(t, s, http.MethodGet, projectPath("tags"), "").expectJSON(t, `{"tags":[]}`)

	first, second, other := s.AddImage("first"), s.AddImage("second"), "11111111-2222-4333-8444-555555555555"
	s.PutImage(imstest.Image{ID: other, ProjectID: "ffffffffffffffffffffffffffffffff"})
	s.SetTag(first, "stage", "test")
	s.SetTag(second, "stage", "production")
	s.SetTag(first, "empty", "")
	s.SetTag(first, "same", "value")
	s.SetTag(second, "same", "value")
	s.SetTag(other, "hidden", "value")

	send(t, s, http.MethodGet, projectPath("tags"), "").expectJSON(t, `{"tags":[
		{"key":"empty","values":[""]},
		{"key":"same","values":["value"]},
		{"key":"stage","values":["production","test"]}
	]}`)
}

func TestCharacters(t *testing.T) {
	t.Parallel()
	inKey := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-' }
	inValue := func(r rune) bool { return inKey(r) || r == '.' }
	cases := map[string]struct {
		key, value string
		status     int
		code       string
	}{
		"allowed in both":        {"Key_1-é鍵", "Value_1-é値", 204, ""},
		"allowed in a value":     {"key", "v1.2", 204, ""},
		"not allowed in a key":   {"k.1", "v", 400, "IMG.0115"},
		"not allowed in a value": {"key", "a/b", 400, "IMG.0115"},
		"an empty value":         {"key", "", 204, ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := imstest.Start(t, imstest.WithCharacters(inKey, inValue))
			image := s.AddImage("golden")
			send(t, s, http.MethodPost, tagsPath(image), tagBody(t, c.key, c.value)).expect(t, c.status, c.code)
		})
	}
}
