// SPDX-License-Identifier: MPL-2.0

package ims_test

import (
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

func TestRequestsForSeveralTags(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		call func(*ims.Client) error
		body string
	}{
		"create": {
			func(c *ims.Client) error {
				return c.CreateTags(t.Context(), image, []ims.Tag{{Key: "a", Value: "1"}, {Key: "b/c", Value: ""}})
			},
			`{"action":"create","tags":[{"key":"a","value":"1"},{"key":"b/c","value":""}]}`,
		},
		"delete": {
			func(c *ims.Client) error { return c.DeleteTags(t.Context(), image, []string{"a", ".."}) },
			`{"action":"delete","tags":[{"key":"a","value":""},{"key":"..","value":""}]}`,
		},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, respond(204, ""))
			if err := c.call(newClient(t, s.URL)); err != nil {
				t.Fatal(err)
			}
			expectRequest(t, s, receivedRequest{method: "POST", path: tagPath + "/action", body: c.body})
		})
	}
}

func TestOnlyADeleteOfSeveralTagsSucceedsWithoutTheImage(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		status          int
		body            string
		deletes, writes bool
	}{
		"204":                      {204, ``, true, true},
		"200":                      {200, `{}`, false, false},
		"404 of the service":       {404, `{"error":{"code":"IMG.0027","message":"no image"}}`, true, false},
		"400 IMG.0144":             {400, `{"error":{"code":"IMG.0144","message":"no image"}}`, true, false},
		"400 IMG.0115":             {400, `{"error":{"code":"IMG.0115","message":"invalid"}}`, false, false},
		"404 of the gateway":       {404, `{"error_code":"APIGW.0101","error_msg":"no API"}`, false, false},
		"404 without a body":       {404, ``, false, false},
		"400 IMG.0066, a wrong id": {400, `{"error":{"code":"IMG.0066","message":"malformed"}}`, false, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, respond(c.status, c.body))
			client := newClient(t, s.URL)
			if err := client.DeleteTags(t.Context(), image, []string{"k"}); (err == nil) != c.deletes {
				t.Errorf("the error of the delete is %v", err)
			}
			if err := client.CreateTags(t.Context(), image, []ims.Tag{{Key: "k"}}); (err == nil) != c.writes {
				t.Errorf("the error of the write is %v", err)
			}
			if n := len(s.requests()); n != 2 {
				t.Errorf("%d requests were sent, want 2", n)
			}
		})
	}
}
