package imstest

import (
	"encoding/json"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Limits of the service, in code points.
const (
	maxKey   = 36
	maxValue = 43
	maxTags  = 10
)

// Error codes that the service itself answers with.
const (
	codeImageNotFound = "IMG.0027"
	codeProtected     = "IMG.0028"
	codeWrongProject  = "IMG.0030"
	codeMalformedID   = "IMG.0066"
	codeTagNotFound   = "IMG.0121" // "the object cannot be found": which code it is, is not documented
	codeInvalidTag    = "IMG.0115"
	codeTooManyTags   = "IMG.0116"
	codeMalformedBody = "IMG.0001"
	codeEmptyBody     = "IMG.0007"
)

var imageID = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// carryOut does what a request asks for.
func (s *Server) carryOut(r *Request) Answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.Operation {
	case ProjectTags:
		return s.listProjectTags(r.ProjectID)
	case ImagesByTag:
		return s.findImages(r.ProjectID, r.Body)
	default:
		return s.carryOutOnImage(r)
	}
}

// carryOutOnImage does what a request asks of one image.
func (s *Server) carryOutOnImage(r *Request) Answer {
	if !imageID.MatchString(r.ImageID) {
		return IMSError(http.StatusBadRequest, codeMalformedID, "The image ID is malformed.")
	}
	i, ok := s.images[r.ImageID]
	if !ok || i.ProjectID != r.ProjectID {
		return IMSError(http.StatusNotFound, codeImageNotFound, "The image does not exist.")
	}
	if r.Operation == ListTags {
		return okJSON(map[string][]Tag{"tags": s.visible(i)})
	}
	if i.Protected {
		return IMSError(http.StatusBadRequest, codeProtected, "The image is protected.")
	}
	s.remember(i)
	if s.overlap == overlapLoses {
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

// sentTag tells a value that is missing from one that is empty.
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
		return malformedBody("it has no tag")
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
		return invalidTag("there is none.")
	}
	seen := make(map[string]bool)
	for _, tag := range sent.Tags {
		if tag.Key == nil || *tag.Key == "" || seen[*tag.Key] {
			return invalidTag("it has no key, or its key comes twice.")
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

// removeAll removes tags. What their values are makes no difference, but the definition of the API requires them.
func (i *image) removeAll(tags []sentTag) Answer {
	if slices.ContainsFunc(tags, func(t sentTag) bool { return t.Value == nil }) {
		return invalidTag("key and value are required.")
	}
	for _, tag := range tags {
		i.remove(*tag.Key)
	}
	return noContent()
}

// add adds all tags or none.
func (s *Server) add(i *image, tags []sentTag) Answer {
	count := len(i.tags)
	for _, tag := range tags {
		if problem := s.problem(tag); problem != "" {
			return invalidTag(problem)
		}
		if i.find(*tag.Key) < 0 {
			count++
		}
	}
	if count > maxTags && count > len(i.tags) {
		return IMSError(http.StatusBadRequest, codeTooManyTags, "The number of tags of the image exceeds the limit of 10.")
	}
	for _, tag := range tags {
		i.set(Tag{Key: *tag.Key, Value: *tag.Value})
	}
	return noContent()
}

// problem says what is wrong with a tag, if anything.
func (s *Server) problem(tag sentTag) string {
	switch {
	case tag.Key == nil || tag.Value == nil:
		return "key and value are required."
	case strings.TrimSpace(*tag.Key) == "" || utf8.RuneCountInString(*tag.Key) > maxKey:
		return "the key must have 1 to 36 characters and must not be blank."
	case utf8.RuneCountInString(*tag.Value) > maxValue:
		return "the value must have at most 43 characters."
	case strings.TrimSpace(*tag.Key) != *tag.Key || strings.TrimSpace(*tag.Value) != *tag.Value:
		return "key and value must not begin or end with a space."
	case !consists(*tag.Key, s.inKey) || !consists(*tag.Value, s.inValue):
		return "key or value contains a character that is not allowed."
	}
	return ""
}

func consists(text string, of func(rune) bool) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !of(r) })
}

// decode reads a body, or returns the refusal.
func decode(body []byte, into any) (Answer, bool) {
	if len(body) == 0 {
		return IMSError(http.StatusBadRequest, codeEmptyBody, "The request body is empty."), false
	}
	if !utf8.Valid(body) {
		return malformedBody("it is not UTF-8"), false
	}
	if err := json.Unmarshal(body, into); err != nil {
		return malformedBody(err.Error()), false
	}
	return Answer{}, true
}

func malformedBody(reason string) Answer {
	return IMSError(http.StatusBadRequest, codeMalformedBody, "The request body is malformed: "+reason+".")
}

func invalidTag(problem string) Answer {
	return IMSError(http.StatusBadRequest, codeInvalidTag, "Invalid tag: "+problem)
}

// listProjectTags answers all keys of a project, each with its values.
func (s *Server) listProjectTags(project string) Answer {
	values := make(map[string][]string)
	for _, i := range s.inProject(project) {
		for _, tag := range i.tags {
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

// inProject returns the images of a project in the order they were added.
func (s *Server) inProject(project string) []*image {
	var found []*image
	for _, id := range s.order {
		if i, ok := s.images[id]; ok && i.ProjectID == project {
			found = append(found, i)
		}
	}
	return found
}
