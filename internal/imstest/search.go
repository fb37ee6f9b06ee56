// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"slices"
	"strconv"
	"strings"
)

const (
	defaultLimit = 10
	maxLimit     = 1000
	maxFilters   = 10 // keys in a list, and values of a key
)

// tagValues is a key and its values. An empty list of values in a filter matches any value.
type tagValues struct {
	Key    string   `json:"key"`
	Values []string `json:"values"`
}

// search is the body of the call that finds images.
type search struct {
	Action        string      `json:"action"`
	Tags          []tagValues `json:"tags"`
	TagsAny       []tagValues `json:"tags_any"`
	NotTags       []tagValues `json:"not_tags"`
	NotTagsAny    []tagValues `json:"not_tags_any"`
	WithoutAnyTag bool        `json:"without_any_tag"`
	Matches       []sentTag   `json:"matches"`
	Limit         *string     `json:"limit"`
	Offset        *string     `json:"offset"`
}

type resource struct {
	ID     string            `json:"resource_id"`
	Name   string            `json:"resource_name"`
	Detail map[string]string `json:"resource_detail"`
	Tags   []Tag             `json:"tags"`
}

// findImages answers with a page of the images that match a search, or with their number.
func (s *Server) findImages(project string, body []byte) Answer {
	var wanted search
	if refusal, ok := decode(body, &wanted); !ok {
		return refusal
	}
	if !wanted.matchesValid() {
		return malformedBody("matches must have a value for resource_name or resource_id, each at most once")
	}
	if !wanted.filtersValid() {
		return invalidTag("a list of filters is empty or has more than 10 keys, or a key is blank, duplicated, or has invalid values.")
	}
	found := s.search(project, wanted)
	switch wanted.Action {
	case "count":
		return okJSON(map[string]int{"total_count": len(found)})
	case "filter":
		return wanted.page(found)
	default:
		return malformedBody("the action must be filter or count")
	}
}

func (s *Server) search(project string, wanted search) []resource {
	found := []resource{}
	for _, i := range s.inProject(project) {
		seen := &image{Image: i.Image, tags: s.visible(i)}
		if wanted.matches(seen) {
			found = append(found, resource{
				ID: i.ID, Name: i.Name, Detail: map[string]string{"status": i.Status}, Tags: seen.tags,
			})
		}
	}
	return found
}

// page answers with the part of the images that limit and offset select.
func (w search) page(found []resource) Answer {
	limit, limitOK := parseNumber(w.Limit, defaultLimit, 1, maxLimit)
	offset, offsetOK := parseNumber(w.Offset, 0, 0, 1<<31-1)
	if !limitOK || !offsetOK {
		return malformedBody("limit must be 1 to 1000 and offset must not be negative")
	}
	page := found[min(offset, len(found)):min(offset+limit, len(found))]
	return okJSON(map[string]any{"resources": page, "total_count": len(found)})
}

func parseNumber(text *string, fallback, low, high int) (int, bool) {
	if text == nil {
		return fallback, true
	}
	n, err := strconv.Atoi(*text)
	return n, err == nil && n >= low && n <= high
}

// filtersValid checks the filters by tag, but not the lengths and characters: tags of older APIs must be found as well.
func (w search) filtersValid() bool {
	if w.WithoutAnyTag {
		return true // the filters are ignored
	}
	for _, list := range [][]tagValues{w.Tags, w.TagsAny, w.NotTags, w.NotTagsAny} {
		if list != nil && len(list) == 0 || len(list) > maxFilters {
			return false
		}
		seen := make(map[string]bool)
		for _, filter := range list {
			if seen[filter.Key] || !filter.valid() {
				return false
			}
			seen[filter.Key] = true
		}
	}
	return true
}

func (f tagValues) valid() bool {
	values := make(map[string]bool)
	for _, value := range f.Values {
		values[value] = true
	}
	return strings.TrimSpace(f.Key) != "" && f.Values != nil && len(f.Values) <= maxFilters && len(values) == len(f.Values)
}

func (w search) matchesValid() bool {
	if w.Matches != nil && len(w.Matches) == 0 {
		return false
	}
	seen := make(map[string]bool)
	for _, match := range w.Matches {
		if match.Key == nil || match.Value == nil || seen[*match.Key] {
			return false
		}
		if *match.Key != "resource_name" && *match.Key != "resource_id" {
			return false
		}
		seen[*match.Key] = true
	}
	return true
}

// matchesImage compares an id exactly, and a name with any part of it. An empty name matches only an empty name.
func matchesImage(match sentTag, i *image) bool {
	if *match.Key == "resource_id" {
		return i.ID == *match.Value
	}
	if *match.Value == "" {
		return i.Name == ""
	}
	return strings.Contains(i.Name, *match.Value)
}

func (w search) matches(i *image) bool {
	for _, match := range w.Matches {
		if !matchesImage(match, i) {
			return false
		}
	}
	if w.WithoutAnyTag {
		return len(i.tags) == 0
	}
	has := func(filter tagValues) bool { return filter.matches(i) }
	hasNot := func(filter tagValues) bool { return !filter.matches(i) }
	return all(w.Tags, has) &&
		(len(w.TagsAny) == 0 || slices.ContainsFunc(w.TagsAny, has)) &&
		(len(w.NotTags) == 0 || slices.ContainsFunc(w.NotTags, hasNot)) &&
		all(w.NotTagsAny, hasNot)
}

func (f tagValues) matches(i *image) bool {
	at := i.find(f.Key)
	return at >= 0 && (len(f.Values) == 0 || slices.Contains(f.Values, i.tags[at].Value))
}

func all(filters []tagValues, ok func(tagValues) bool) bool {
	return !slices.ContainsFunc(filters, func(f tagValues) bool { return !ok(f) })
}
