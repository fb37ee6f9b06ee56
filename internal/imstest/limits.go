// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"net/http"
	"strings"
	"unicode/utf8"
)

// Limits of the service. The lengths are in code points.
const (
	maxKey   = 36
	maxValue = 43
	maxTags  = 10
)

// WithCharacters sets which characters the service accepts in keys and in values, which differs by cloud. By default it
// accepts all, as Open Telekom Cloud does.
func WithCharacters(inKey, inValue func(rune) bool) Option {
	return func(s *Server) { s.images.inKey, s.images.inValue = inKey, inValue }
}

// WithEnterpriseProjects makes the list of images refuse a query that names no enterprise project, as it does for a user who has
// the permission only for some of them. All images of the mock are in one.
func WithEnterpriseProjects() Option {
	return func(s *Server) { s.images.enterprise = true }
}

// checkLimits refuses an invalid tag, and tags that exceed the maximum number of tags of the image. An image that already
// exceeds it can still have its tags overwritten.
func (s *Server) checkLimits(i *image, tags []sentTag) (Answer, bool) {
	count := len(i.tags)
	for _, tag := range tags {
		if problem := s.problem(tag); problem != "" {
			return invalidTag(problem), false
		}
		if i.find(*tag.Key) < 0 {
			count++
		}
	}
	if count > maxTags && count > len(i.tags) {
		return IMSError(http.StatusBadRequest, codeTooManyTags, "The number of tags of the image exceeds the limit of 10."), false
	}
	return Answer{}, true
}

// problem describes what is invalid about a tag. It is empty for a valid one.
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
	case !onlyContains(*tag.Key, s.images.inKey) || !onlyContains(*tag.Value, s.images.inValue):
		return "key or value contains a character that is not allowed."
	}
	return ""
}

func onlyContains(text string, allowed func(rune) bool) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return !allowed(r) })
}

func invalidTag(problem string) Answer {
	return IMSError(http.StatusBadRequest, codeInvalidTag, "Invalid tag: "+problem)
}
