package imstest

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Operation names an endpoint.
type Operation string

// The endpoints of the service.
const (
	WriteTag    Operation = "WriteTag"    // POST /v2/{project_id}/images/{image_id}/tags
	ListTags    Operation = "ListTags"    // GET /v2/{project_id}/images/{image_id}/tags
	DeleteTag   Operation = "DeleteTag"   // DELETE /v2/{project_id}/images/{image_id}/tags/{key}
	BatchTags   Operation = "BatchTags"   // POST /v2/{project_id}/images/{image_id}/tags/action
	ProjectTags Operation = "ProjectTags" // GET /v2/{project_id}/images/tags
	ImagesByTag Operation = "ImagesByTag" // POST /v2/{project_id}/images/resource_instances/action
	Unknown     Operation = "Unknown"     // anything else
)

// Request is what the server was sent, and how it was answered.
type Request struct {
	Operation Operation
	Method    string
	Path      string // as sent, escaped
	ProjectID string
	ImageID   string
	Key       string // of a DELETE, or of the body of a POST with one tag
	Action    string // of the calls that have one in the body
	Tags      []Tag  // of the body
	Header    http.Header
	Body      []byte
	Time      time.Time

	Status int    // of the answer; 0 while there is none, or if the connection was dropped
	Code   string // the error code of the answer

	seen []Tag // of the image, when the request came
}

func readRequest(r *http.Request) (*Request, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	request := &Request{
		Method: r.Method,
		Path:   r.URL.EscapedPath(),
		Header: r.Header.Clone(),
		Body:   body,
	}
	request.route()
	request.readBody()
	return request, nil
}

// Segments of a route that stand for anything.
const (
	anyImage = "{image_id}"
	anyKey   = "{key}"
)

// routes are the endpoints, by what follows /v2/{project_id}/images/.
var routes = []struct {
	operation Operation
	method    string
	segments  []string
}{
	{ProjectTags, http.MethodGet, []string{"tags"}},
	{ImagesByTag, http.MethodPost, []string{"resource_instances", "action"}},
	{ListTags, http.MethodGet, []string{anyImage, "tags"}},
	{WriteTag, http.MethodPost, []string{anyImage, "tags"}},
	{BatchTags, http.MethodPost, []string{anyImage, "tags", "action"}},
	{DeleteTag, http.MethodDelete, []string{anyImage, "tags", anyKey}},
}

// route finds the endpoint.
func (r *Request) route() {
	r.Operation = Unknown
	if operation, ok := iamRoutes[r.Method+" "+r.Path]; ok {
		r.Operation = operation
		return
	}
	segments, ok := splitPath(r.Path)
	if !ok || len(segments) < 4 || segments[0] != "v2" || segments[2] != "images" {
		return
	}
	r.ProjectID = segments[1]
	for _, route := range routes {
		if route.method == r.Method && r.match(route.segments, segments[3:]) {
			r.Operation = route.operation
			return
		}
	}
}

// isIAM reports whether the request is for IAM or the metadata service.
func (r *Request) isIAM() bool {
	return iamRoutes[r.Method+" "+r.Path] == r.Operation && r.Operation != Unknown
}

// isWrite reports whether the request changes the tags of an image.
func (r *Request) isWrite() bool {
	return r.Operation == WriteTag || r.Operation == DeleteTag || r.Operation == BatchTags
}

// splitPath unescapes a path after it is split: an escaped slash belongs to its segment.
func splitPath(path string) ([]string, bool) {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i, segment := range segments {
		decoded, err := url.PathUnescape(segment)
		if err != nil || decoded == "" || decoded == "." || decoded == ".." {
			return nil, false // a gateway drops such segments, and the path is another one then
		}
		segments[i] = decoded
	}
	return segments, true
}

// match reports whether the segments are those of a route, and notes what the placeholders stand for.
func (r *Request) match(route, segments []string) bool {
	if len(route) != len(segments) {
		return false
	}
	var image, key string
	for i, segment := range segments {
		switch route[i] {
		case anyImage:
			image = segment
		case anyKey:
			key = segment
		case segment:
		default:
			return false
		}
	}
	r.ImageID, r.Key = image, key
	return true
}

// readBody notes what tests ask for. What is wrong with a body is found when it is carried out.
func (r *Request) readBody() {
	var body struct {
		Action string `json:"action"`
		Tag    *Tag   `json:"tag"`
		Tags   []Tag  `json:"tags"`
	}
	if json.Unmarshal(r.Body, &body) != nil {
		return
	}
	r.Action = body.Action
	if r.Operation == BatchTags {
		r.Tags = body.Tags
	}
	if r.Operation == WriteTag && body.Tag != nil {
		r.Key, r.Tags = body.Tag.Key, []Tag{*body.Tag}
	}
}

// Requests returns what the server was sent, in the order it came. Without operations it returns all.
func (s *Server) Requests(operations ...Operation) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Request
	for _, r := range s.log {
		if len(operations) == 0 || slices.Contains(operations, r.Operation) {
			found = append(found, r.clone())
		}
	}
	return found
}

// Count returns how many requests of the operations came. Without operations it counts all.
func (s *Server) Count(operations ...Operation) int { return len(s.Requests(operations...)) }

// ResetLog forgets the requests that came.
func (s *Server) ResetLog() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log = nil
}

// clone returns a copy that a test may keep and change.
func (r Request) clone() Request {
	r.Tags, r.Header, r.Body = slices.Clone(r.Tags), r.Header.Clone(), slices.Clone(r.Body)
	return r
}

// record adds a request to the log.
func (s *Server) record(r *Request) *Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Time = s.now()
	entry := *r
	s.log = append(s.log, &entry)
	return &entry
}

// close notes how a request was answered.
func (s *Server) close(entry *Request, answer Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !answer.Drop {
		entry.Status, entry.Code = answer.Status, answer.code
	}
}

func (s *Server) nextRequestID() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	return fmt.Sprintf("req-%08d", s.requests)
}
