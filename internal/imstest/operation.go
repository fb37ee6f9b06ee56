// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"net/http"
	"net/url"
	"strings"
)

// Operation names an endpoint.
type Operation string

// The endpoints of the image service.
const (
	WriteTag    Operation = "WriteTag"    // POST /v2/{project_id}/images/{image_id}/tags
	ListTags    Operation = "ListTags"    // GET /v2/{project_id}/images/{image_id}/tags
	DeleteTag   Operation = "DeleteTag"   // DELETE /v2/{project_id}/images/{image_id}/tags/{key}
	BatchTags   Operation = "BatchTags"   // POST /v2/{project_id}/images/{image_id}/tags/action
	ProjectTags Operation = "ProjectTags" // GET /v2/{project_id}/images/tags
	ImagesByTag Operation = "ImagesByTag" // POST /v2/{project_id}/images/resource_instances/action
	ListImages  Operation = "ListImages"  // GET /v2/cloudimages
	Unknown     Operation = "Unknown"     // anything else
)

// cloudImagesPath has no project: the credentials decide. A token has one, and keys come with the header X-Project-Id.
const cloudImagesPath = "/v2/cloudimages"

// Placeholders in the path of a route.
const (
	imagePlaceholder = "{image_id}"
	keyPlaceholder   = "{key}"
)

// routes are the endpoints, by the part of the path after /v2/{project_id}/images/.
var routes = []struct {
	operation Operation
	method    string
	segments  []string
}{
	{ProjectTags, http.MethodGet, []string{"tags"}},
	{ImagesByTag, http.MethodPost, []string{"resource_instances", "action"}},
	{ListTags, http.MethodGet, []string{imagePlaceholder, "tags"}},
	{WriteTag, http.MethodPost, []string{imagePlaceholder, "tags"}},
	{BatchTags, http.MethodPost, []string{imagePlaceholder, "tags", "action"}},
	{DeleteTag, http.MethodDelete, []string{imagePlaceholder, "tags", keyPlaceholder}},
}

// route sets the operation and the ids that the path contains. The path is the one within the image service of a region.
func (r *Request) route(path string) {
	r.Operation = Unknown
	if operation, ok := iamRoutes[r.Method+" "+r.Path]; ok {
		r.Operation = operation
		return
	}
	if path == cloudImagesPath && r.Method == http.MethodGet {
		r.Operation, r.ProjectID = ListImages, r.Header.Get("X-Project-Id")
		return
	}
	segments, ok := splitPath(path)
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

// isIAM reports whether the request is for IAM or a service beside it.
func (r *Request) isIAM() bool {
	return iamRoutes[r.Method+" "+r.Path] == r.Operation && r.Operation != Unknown
}

// isWrite reports whether the request changes the tags of an image.
func (r *Request) isWrite() bool {
	return r.Operation == WriteTag || r.Operation == DeleteTag || r.Operation == BatchTags
}

// splitPath splits a path before it unescapes the segments, so that an escaped slash stays inside its segment.
func splitPath(path string) ([]string, bool) {
	segments := strings.Split(strings.TrimPrefix(path, "/"), "/")
	for i, segment := range segments {
		decoded, err := url.PathUnescape(segment)
		if err != nil || decoded == "" || decoded == "." || decoded == ".." {
			return nil, false // a gateway removes such segments, which results in another path
		}
		segments[i] = decoded
	}
	return segments, true
}

// match reports whether the segments match a route, and sets the values of its placeholders.
func (r *Request) match(route, segments []string) bool {
	if len(route) != len(segments) {
		return false
	}
	var image, key string
	for i, segment := range segments {
		switch route[i] {
		case imagePlaceholder:
			image = segment
		case keyPlaceholder:
			key = segment
		case segment:
		default:
			return false
		}
	}
	r.ImageID, r.Key = image, key
	return true
}
