package imstest

import (
	"encoding/json"
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

// route finds the endpoint. The path is split before it is unescaped: an escaped slash belongs to its segment.
func (r *Request) route() {
	r.Operation = Unknown
	segments := strings.Split(strings.TrimPrefix(r.Path, "/"), "/")
	for i, segment := range segments {
		decoded, err := url.PathUnescape(segment)
		if err != nil || decoded == "" || decoded == "." || decoded == ".." {
			return // a gateway drops such segments, and the path is another one then
		}
		segments[i] = decoded
	}
	if len(segments) < 4 || segments[0] != "v2" || segments[2] != "images" {
		return
	}

	r.ProjectID = segments[1]
	rest := segments[3:]
	switch {
	case r.is(http.MethodGet, rest, "tags"):
		r.Operation = ProjectTags
	case r.is(http.MethodPost, rest, "resource_instances", "action"):
		r.Operation = ImagesByTag
	case len(rest) == 2 && rest[1] == "tags":
		r.ImageID = rest[0]
		r.routeTags()
	case len(rest) == 3 && rest[1] == "tags" && r.Method == http.MethodDelete:
		r.Operation, r.ImageID, r.Key = DeleteTag, rest[0], rest[2]
	case len(rest) == 3 && rest[1] == "tags" && rest[2] == "action" && r.Method == http.MethodPost:
		r.Operation, r.ImageID = BatchTags, rest[0]
	}
}

func (r *Request) is(method string, segments []string, want ...string) bool {
	return r.Method == method && slices.Equal(segments, want)
}

func (r *Request) routeTags() {
	switch r.Method {
	case http.MethodGet:
		r.Operation = ListTags
	case http.MethodPost:
		r.Operation = WriteTag
	}
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
func (s *Server) close(entry *Request, reply reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !reply.drop {
		entry.Status, entry.Code = reply.status, reply.code
	}
}
