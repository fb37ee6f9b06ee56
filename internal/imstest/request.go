// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// Request is a request that the server received, and how it was answered.
type Request struct {
	Operation Operation
	Method    string
	Path      string // as sent, escaped
	Region    string `json:"-"` // whose image service it was sent to; empty for IAM and others
	ProjectID string // of the path, or the header X-Project-Id
	ImageID   string
	Key       string     // of a DELETE, or of the tag in the body of a POST
	Action    string     // of the body
	Tags      []Tag      // of the body
	Query     url.Values `json:",omitempty"`
	Header    http.Header
	Body      []byte
	Time      time.Time

	Status int    // of the answer; 0 before it is answered, and if the connection was dropped
	Code   string // the error code of the answer

	seen []Tag // the tags of the image when the request came in
}

func (s *Server) readRequest(r *http.Request) (*Request, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	region, path := s.regions.split(r.URL.EscapedPath())
	request := &Request{
		Region: region,
		Method: r.Method,
		Path:   r.URL.EscapedPath(),
		Query:  r.URL.Query(),
		Header: r.Header.Clone(),
		Body:   body,
	}
	request.route(path)
	request.readBody()
	return request, nil
}

// readBody reads what tests look at. An invalid body is refused later, when the request is carried out.
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

// clone returns a copy that a test may keep and change.
func (r Request) clone() Request {
	r.Tags, r.Header, r.Body = slices.Clone(r.Tags), r.Header.Clone(), slices.Clone(r.Body)
	return r
}
