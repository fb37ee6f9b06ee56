// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestBatchTags(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("k", 127)
	cases := map[string]struct {
		before tags
		body   string
		status int
		code   string
		after  tags
	}{
		"create adds and overwrites": {
			tags{"a": "old", "c": "3"},
			`{"action":"create","tags":[{"key":"a","value":"1"},{"key":"b","value":""}]}`,
			204, "",
			tags{"a": "1", "b": "", "c": "3"},
		},
		"create is all or nothing": {
			tags{"a": "old"},
			`{"action":"create","tags":[{"key":"a","value":"1"},{"key":" ","value":""}]}`,
			400, "IMG.0115",
			tags{"a": "old"},
		},
		"create of a tag without a value is refused": {
			nil, `{"action":"create","tags":[{"key":"a"}]}`,
			400, "IMG.0115", nil,
		},
		"create counts old and new tags": {
			ten(), `{"action":"create","tags":[{"key":"key0","value":"new"},{"key":"eleventh","value":""}]}`,
			400, "IMG.0116", ten(),
		},
		"create overwrites tags of a full image": {
			ten(), `{"action":"create","tags":[{"key":"key0","value":"value"},{"key":"key1","value":"value"}]}`,
			204, "", ten(),
		},
		"delete removes existing tags": {
			tags{"a": "1", "b": "2"},
			`{"action":"delete","tags":[{"key":"a","value":""},{"key":"absent","value":""}]}`,
			204, "",
			tags{"b": "2"},
		},
		"delete of absent keys succeeds": {
			tags{"a": "1"},
			`{"action":"delete","tags":[{"key":"absent","value":""}]}`,
			204, "",
			tags{"a": "1"},
		},
		"delete does not compare the value": {
			tags{"a": "1", "b": "2"},
			`{"action":"delete","tags":[{"key":"a","value":"other"},{"key":"b","value":""}]}`,
			204, "", nil,
		},
		"delete of a tag without a value is refused": {
			tags{"a": "1"},
			`{"action":"delete","tags":[{"key":"absent","value":""},{"key":"a"}]}`,
			400, "IMG.0115",
			tags{"a": "1"},
		},
		"delete accepts keys that a path cannot contain": {
			tags{"..": "1", ".": "2", "a/b": "3", long: "4", " ": "5"},
			`{"action":"delete","tags":[{"key":"..","value":""},{"key":".","value":""},{"key":"a/b","value":""},{"key":"` + long + `","value":""},{"key":" ","value":""}]}`,
			204, "", nil,
		},
		"a duplicated key is refused": {
			tags{"a": "1"},
			`{"action":"delete","tags":[{"key":"a","value":""},{"key":"a","value":""}]}`,
			400, "IMG.0115",
			tags{"a": "1"},
		},
		"an empty key is refused": {
			tags{"a": "1"},
			`{"action":"delete","tags":[{"key":"a","value":""},{"key":"","value":""}]}`,
			400, "IMG.0115",
			tags{"a": "1"},
		},
		"no tags are refused":                {nil, `{"action":"create","tags":[]}`, 400, "IMG.0115", nil},
		"another action is refused":          {nil, `{"action":"Create","tags":[{"key":"a","value":"1"}]}`, 400, "IMG.0001", nil},
		"an action is required":              {nil, `{"tags":[{"key":"a","value":"1"}]}`, 400, "IMG.0001", nil},
		"a body that is not JSON is refused": {nil, `create`, 400, "IMG.0001", nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, image := startWithTags(t, c.before)
			send(t, s, http.MethodPost, tagsPath(image)+"/action", c.body).expect(t, c.status, c.code)
			expectTags(t, s, image, c.after)
		})
	}
}
