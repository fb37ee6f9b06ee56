// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Error codes of the service itself.
const (
	codeImageNotFound = "IMG.0027"
	codeForbidden     = "IMG.0026"
	codeProtected     = "IMG.0028"
	codeWrongProject  = "IMG.0030"
	codeMalformedID   = "IMG.0066"
	codeTagNotFound   = "IMG.0121" // "the object cannot be found"; it is not documented which code the service uses
	codeInvalidTag    = "IMG.0115"
	codeTooManyTags   = "IMG.0116"
	codeMalformedBody = "IMG.0001"
	codeEmptyBody     = "IMG.0007"
)

var imageID = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// carryOut carries out a request of the image service.
func (s *Server) carryOut(r *Request) Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.Operation {
	case ProjectTags:
		return s.listProjectTags(r.ProjectID)
	case ImagesByTag:
		return s.findImages(r.ProjectID, r.Body)
	case ListImages:
		return s.listImages(r.ProjectID, r.Query)
	default:
		return s.carryOutForImage(r)
	}
}

// carryOutForImage carries out a request that concerns one image.
func (s *Server) carryOutForImage(r *Request) Answer {
	if !imageID.MatchString(r.ImageID) {
		return IMSError(http.StatusBadRequest, codeMalformedID, "The image ID is malformed.")
	}
	i, ok := s.images.byID[r.ImageID]
	if !ok || i.ProjectID != r.ProjectID {
		return IMSError(http.StatusNotFound, codeImageNotFound, "The image does not exist.")
	}
	if r.Operation == ListTags {
		return okJSON(map[string][]Tag{"tags": s.visible(i)})
	}
	if i.Protected {
		return IMSError(http.StatusBadRequest, codeProtected, "The image is protected.")
	}
	s.keepFormer(i)
	if s.consistency.overlap == overlapLosesUpdate {
		i.tags = r.seen
	}
	switch r.Operation {
	case WriteTag:
		return s.writeTag(i, r.Body)
	case DeleteTag:
		return deleteTag(i, r.Key)
	default:
		return s.batch(i, r.Body)
	}
}

// sentTag distinguishes a missing value from an empty one.
type sentTag struct {
	Key   *string `json:"key"`
	Value *string `json:"value"`
}

func (s *Server) writeTag(i *image, body []byte) Answer {
	var sent struct {
		Tag *sentTag `json:"tag"`
	}
	if refusal, ok := decode(body, &sent); !ok {
		return refusal
	}
	if sent.Tag == nil {
		return malformedBody("the tag is missing")
	}
	return s.add(i, []sentTag{*sent.Tag})
}

func deleteTag(i *image, key string) Answer {
	if !i.remove(key) {
		return IMSError(http.StatusNotFound, codeTagNotFound, "The tag does not exist.")
	}
	return noContent()
}

func (s *Server) batch(i *image, body []byte) Answer {
	var sent struct {
		Action string    `json:"action"`
		Tags   []sentTag `json:"tags"`
	}
	if refusal, ok := decode(body, &sent); !ok {
		return refusal
	}
	if len(sent.Tags) == 0 {
		return invalidTag("the list is empty.")
	}
	seen := make(map[string]bool)
	for _, tag := range sent.Tags {
		if tag.Key == nil || *tag.Key == "" || seen[*tag.Key] {
			return invalidTag("the key is missing or duplicated.")
		}
		seen[*tag.Key] = true
	}

	switch sent.Action {
	case "create":
		return s.add(i, sent.Tags)
	case "delete":
		return i.removeAll(sent.Tags)
	default:
		return malformedBody("the action must be create or delete")
	}
}

// removeAll removes tags by their keys. The values are not compared, but the definition of the API requires them.
func (i *image) removeAll(tags []sentTag) Answer {
	if slices.ContainsFunc(tags, func(t sentTag) bool { return t.Value == nil }) {
		return invalidTag("key and value are required.")
	}
	for _, tag := range tags {
		i.remove(*tag.Key)
	}
	return noContent()
}

// add adds all of the tags, or none if one of them is refused.
func (s *Server) add(i *image, tags []sentTag) Answer {
	if refusal, ok := s.checkLimits(i, tags); !ok {
		return refusal
	}
	for _, tag := range tags {
		i.set(Tag{Key: *tag.Key, Value: *tag.Value})
	}
	return noContent()
}

// decode parses a body, or returns the refusal.
func decode(body []byte, into any) (Answer, bool) {
	if len(body) == 0 {
		return IMSError(http.StatusBadRequest, codeEmptyBody, "The request body is empty."), false
	}
	if !utf8.Valid(body) {
		return malformedBody("invalid UTF-8"), false
	}
	if err := json.Unmarshal(body, into); err != nil {
		return malformedBody(err.Error()), false
	}
	return Answer{}, true
}

func malformedBody(reason string) Answer {
	return IMSError(http.StatusBadRequest, codeMalformedBody, "The request body is malformed: "+reason+".")
}

// listProjectTags lists all keys used in a project, each with its values.
func (s *Server) listProjectTags(project string) Answer {
	values := make(map[string][]string)
	for _, i := range s.inProject(project) {
		for _, tag := range s.visible(i) {
			if !slices.Contains(values[tag.Key], tag.Value) {
				values[tag.Key] = append(values[tag.Key], tag.Value)
			}
		}
	}
	tags := make([]tagValues, 0, len(values))
	for key, of := range values {
		slices.Sort(of)
		tags = append(tags, tagValues{Key: key, Values: of})
	}
	slices.SortFunc(tags, func(a, b tagValues) int { return strings.Compare(a.Key, b.Key) })
	return okJSON(map[string][]tagValues{"tags": tags})
}
