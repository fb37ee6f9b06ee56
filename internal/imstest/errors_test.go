// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const absentImage = "99999999-9999-4999-8999-999999999999"

// endpoint is an endpoint that concerns an image, with a request that is valid for an existing image.
type endpoint struct{ method, end, body string }

var imageEndpoints = map[string]endpoint{
	"write":        {http.MethodPost, "", `{"tag":{"key":"k","value":"v"}}`},
	"list":         {http.MethodGet, "", ""},
	"delete":       {http.MethodDelete, "/k", ""},
	"batch create": {http.MethodPost, "/action", `{"action":"create","tags":[{"key":"k","value":"v"}]}`},
	"batch delete": {http.MethodPost, "/action", `{"action":"delete","tags":[{"key":"k","value":""}]}`},
}

func TestImagesThatAreNotAsExpected(t *testing.T) {
	t.Parallel()
	for name, e := range imageEndpoints {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := imstest.Start(t)
			foreign := "11111111-2222-4333-8444-555555555555"
			s.PutImage(imstest.Image{ID: foreign, ProjectID: "ffffffffffffffffffffffffffffffff"})
			removed := s.AddImage("removed")
			s.RemoveImage(removed)

			send(t, s, e.method, tagsPath(absentImage)+e.end, e.body).expect(t, http.StatusNotFound, "IMG.0027")
			send(t, s, e.method, tagsPath(foreign)+e.end, e.body).expect(t, http.StatusNotFound, "IMG.0027")
			send(t, s, e.method, tagsPath(removed)+e.end, e.body).expect(t, http.StatusNotFound, "IMG.0027")
			send(t, s, e.method, tagsPath("no-uuid")+e.end, e.body).expect(t, http.StatusBadRequest, "IMG.0066")
			send(t, s, e.method, "/v2/eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee/images/"+foreign+"/tags"+e.end, e.body).
				expect(t, http.StatusBadRequest, "IMG.0030")
			if left := s.AllTags(); len(left) > 0 {
				t.Errorf("tags were written: %v", left)
			}
		})
	}
}

func TestAProtectedImageCanOnlyBeRead(t *testing.T) {
	t.Parallel()
	for name, e := range imageEndpoints {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, image := startWithTags(t, tags{"k": "old"})
			s.PutImage(imstest.Image{ID: image, Name: "golden", Protected: true})

			got := send(t, s, e.method, tagsPath(image)+e.end, e.body)
			if e.method == http.MethodGet {
				got.expect(t, http.StatusOK, "")
			} else {
				got.expect(t, http.StatusBadRequest, "IMG.0028")
			}
			expectTags(t, s, image, tags{"k": "old"})
		})
	}
}

func TestProjectsAddedByOptions(t *testing.T) {
	t.Parallel()
	const project = "eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee"
	s := imstest.Start(t, imstest.WithProject(project))
	sendWith(t, s, issueToken(t, s, project), http.MethodGet, "/v2/"+project+"/images/tags", "").expectJSON(t, `{"tags":[]}`)
}

func TestBodiesThatAreNotJSON(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t)
	image := s.AddImage("golden")
	for _, content := range []string{"", "text/plain", "application/x-www-form-urlencoded"} {
		r := newRequest(t, s, http.MethodPost, tagsPath(image), tagBody(t, "k", "v"))
		r.Header.Set("Content-Type", content)
		do(t, r).expect(t, http.StatusUnsupportedMediaType, "APIGW.0106")
	}
	expectTags(t, s, image, nil)
	r := newRequest(t, s, http.MethodPost, tagsPath(image), tagBody(t, "k", "v"))
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	do(t, r).expect(t, http.StatusNoContent, "")
}

// The gateway refuses unknown paths. Nothing changes, and nothing is redirected.
func TestUnknownRoutes(t *testing.T) {
	t.Parallel()
	const image = "11111111-2222-4333-8444-555555555555"
	cases := map[string]struct{ method, path string }{
		"an image is not deleted":                     {http.MethodDelete, projectPath(image)},
		"a key .. addresses the image":                {http.MethodDelete, tagsPath(image) + "/.."},
		"an escaped key .. is not decoded to a key":   {http.MethodDelete, tagsPath(image) + "/%2E%2e"},
		"a key . addresses all tags":                  {http.MethodDelete, tagsPath(image) + "/."},
		"all tags are not deleted at once":            {http.MethodDelete, tagsPath(image)},
		"an empty key is no key":                      {http.MethodDelete, tagsPath(image) + "/"},
		"a key has one segment":                       {http.MethodDelete, tagsPath(image) + "/a/b"},
		"an escaped slash does not separate segments": {http.MethodPost, projectPath(image + "/tags%2Faction")},
		"two slashes are not one":                     {http.MethodGet, "/" + tagsPath(image)},
		"PUT is not POST":                             {http.MethodPut, tagsPath(image)},
		"another version is another API":              {http.MethodGet, strings.Replace(tagsPath(image), "/v2/", "/v1/", 1)},
		"another collection is another API":           {http.MethodGet, strings.Replace(tagsPath(image), "/images/", "/servers/", 1)},
		"the root is no API":                          {http.MethodGet, "/"},
		"a path that only starts like one is another": {http.MethodGet, tagsPath(image) + "/x/y"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := imstest.Start(t)
			s.PutImage(imstest.Image{ID: image})
			s.SetTag(image, "..", "v")
			s.SetTag(image, ".", "v")

			send(t, s, c.method, c.path, "").expect(t, http.StatusNotFound, "APIGW.0101")
			expectTags(t, s, image, tags{"..": "v", ".": "v"})
			if logged := s.Requests(imstest.Unknown); len(logged) != 1 || logged[0].Path != c.path {
				t.Errorf("the log has %+v, want %s as it was sent", logged, c.path)
			}
		})
	}
}

func TestErrorShapes(t *testing.T) {
	t.Parallel()
	s := imstest.Start(t)

	ofService := send(t, s, http.MethodGet, tagsPath(absentImage), "")
	ofService.expect(t, http.StatusNotFound, "IMG.0027")
	if shape := keys(t, ofService.body, "error"); shape != "code message" {
		t.Errorf("the error of the service has the fields %q", shape)
	}

	ofGateway := send(t, s, http.MethodGet, "/v9/nothing", "")
	ofGateway.expect(t, http.StatusNotFound, "APIGW.0101")
	if shape := keys(t, ofGateway.body); shape != "error_code error_msg request_id" {
		t.Errorf("the error of the gateway has the fields %q", shape)
	}
	var said struct {
		RequestID string `json:"request_id"`
	}
	if err := json.Unmarshal([]byte(ofGateway.body), &said); err != nil || said.RequestID != ofGateway.header.Get("X-Request-Id") {
		t.Errorf("the request id is %q in the body, %q in the header", said.RequestID, ofGateway.header.Get("X-Request-Id"))
	}
}

func TestEveryAnswerHasItsOwnRequestID(t *testing.T) {
	t.Parallel()
	s, image := startWithTags(t, tags{"k": "v"})
	seen := make(map[string]bool)
	for _, got := range []reply{
		send(t, s, http.MethodGet, tagsPath(image), ""),
		send(t, s, http.MethodDelete, tagsPath(image)+"/k", ""),
		send(t, s, http.MethodDelete, tagsPath(image)+"/k", ""),
		send(t, s, http.MethodGet, "/", ""),
	} {
		id := got.header.Get("X-Request-Id")
		if id == "" || seen[id] {
			t.Errorf("the id %q of the answer %d is empty or not new", id, got.status)
		}
		seen[id] = true
	}
}

// keys returns the names of the fields of an object in a body, in order.
func keys(t *testing.T, body string, path ...string) string {
	t.Helper()
	object := make(map[string]any)
	if err := json.Unmarshal([]byte(body), &object); err != nil {
		t.Fatal(err)
	}
	for _, name := range path {
		object = object[name].(map[string]any)
	}
	return strings.Join(sortedKeys(object), " ")
}
