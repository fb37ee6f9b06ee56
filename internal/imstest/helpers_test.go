// SPDX-License-Identifier: MPL-2.0

package imstest_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// reply is an answer as a client receives it.
type reply struct {
	status int
	header http.Header
	body   string
}

// newRequest returns a request to a started server, with its token.
func newRequest(t *testing.T, s *imstest.Server, method, path, body string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, s.URL()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Auth-Token", imstest.Token)
	r.Header.Set("Content-Type", "application/json")
	return r
}

// try sends a request on a new connection, so that Go does not resend it by itself.
func try(r *http.Request) (reply, error) {
	client := http.Client{
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	response, err := client.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	return reply{response.StatusCode, response.Header, string(body)}, err
}

// do sends a request and fails the test if it is not answered.
func do(t *testing.T, r *http.Request) reply {
	t.Helper()
	got, err := try(r)
	if err != nil {
		t.Fatalf("%s %s: %v", r.Method, r.URL.Path, err)
	}
	return got
}

func send(t *testing.T, s *imstest.Server, method, path, body string) reply {
	t.Helper()
	return do(t, newRequest(t, s, method, path, body))
}

// code returns the error code of the service, or of the gateway.
func (r reply) code(t *testing.T) string {
	t.Helper()
	var said struct {
		Error struct {
			Code    string
			Message string
		}
		ErrorCode string `json:"error_code"`
		ErrorMsg  string `json:"error_msg"`
	}
	if r.body == "" {
		return ""
	}
	if err := json.Unmarshal([]byte(r.body), &said); err != nil {
		t.Fatalf("the body %q is not JSON: %v", r.body, err)
	}
	if said.Error.Message == "" && said.ErrorMsg == "" && r.status >= http.StatusBadRequest {
		t.Errorf("the error %s has no message", r.body)
	}
	return said.Error.Code + said.ErrorCode
}

func (r reply) expect(t *testing.T, status int, code string) {
	t.Helper()
	if r.status != status || r.code(t) != code {
		t.Errorf("got %d %s, want %d %q", r.status, r.body, status, code)
	}
}

// expectJSON expects a 200 with this body, apart from white space.
func (r reply) expectJSON(t *testing.T, want string) {
	t.Helper()
	if r.status != http.StatusOK || compact(t, r.body) != compact(t, want) {
		t.Errorf("got %d %s, want 200 %s", r.status, r.body, want)
	}
	if got := r.header.Get("Content-Type"); got != "application/json;charset=UTF-8" {
		t.Errorf("the content type is %q", got)
	}
}

func compact(t *testing.T, text string) string {
	t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatalf("%q is not JSON: %v", text, err)
	}
	return asJSON(t, value)
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func projectPath(end string) string { return "/v2/" + imstest.ProjectID + "/images/" + end }

func tagsPath(image string) string { return projectPath(image + "/tags") }

func tagBody(t *testing.T, key, value string) string {
	t.Helper()
	return asJSON(t, map[string]any{"tag": map[string]string{"key": key, "value": value}})
}

func expectTags(t *testing.T, s *imstest.Server, image string, want map[string]string) {
	t.Helper()
	if got := s.Tags(image); !maps.Equal(got, want) {
		t.Errorf("the image has the tags %v, want %v", got, want)
	}
}

// ten returns the maximum number of tags of an image: key0 to key9.
func ten() map[string]string {
	tags := make(map[string]string)
	for _, digit := range "0123456789" {
		tags["key"+string(digit)] = "value"
	}
	return tags
}

func startWithTags(t *testing.T, tags map[string]string) (*imstest.Server, string) {
	t.Helper()
	s := imstest.Start(t)
	image := s.AddImage("golden")
	for _, key := range sortedKeys(tags) {
		s.SetTag(image, key, tags[key])
	}
	return s, image
}
