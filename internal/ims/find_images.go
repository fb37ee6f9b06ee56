// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"unicode/utf8"
)

// KeyValues is a key and its values. In a filter, each of the values will do, and no values stand for any value.
type KeyValues struct {
	Key    string   `json:"key"`
	Values []string `json:"values"`
}

// ImageFilter selects images of a project. The zero filter selects all. The service allows 10 keys in each list and 10 values
// of a key.
//
// The filter not_tags of the API is left out: it only excludes images that have all of its tags, and the documentation can
// be read either way. NotTagsAny with a single key is the same.
type ImageFilter struct {
	Tags          []KeyValues // the image has all of these keys
	TagsAny       []KeyValues // the image has at least one of these keys
	NotTagsAny    []KeyValues // the image has none of these keys
	WithoutAnyTag bool        // the image has no tags; the service ignores the other filters by tag
	NamePart      string      // a part of the name of the image; empty for any name
}

// FoundImage is an image of a project as the search by tag finds it.
type FoundImage struct {
	ID     string
	Name   string
	Status string // such as active
	Tags   []Tag
}

// foundPage is one page of the images that match a filter.
type foundPage struct {
	images []FoundImage
	total  int // images that match; 0 if the service did not say
}

// FindImages returns the images of a project that match a filter, each once. It requests 1,000 at a time, the next ones when
// they are needed: POST /v2/{project_id}/images/resource_instances/action. An error is the last element.
func (c *Client) FindImages(ctx context.Context, projectID string, filter ImageFilter) iter.Seq2[FoundImage, error] {
	return eachOnce(func(i FoundImage) string { return i.ID }, func() nextPage[FoundImage] {
		offset := 0
		return func() ([]FoundImage, bool, request, error) {
			var page foundPage
			r := findRequest(projectID, filter, offset, &page)
			err := c.do(ctx, r)
			offset += len(page.images)
			return page.images, isLastPage(len(page.images), page.total, offset), r, err
		}
	})
}

func findRequest(projectID string, filter ImageFilter, offset int, page *foundPage) request {
	body := filter.body("filter")
	body.Limit, body.Offset = strconv.Itoa(pageLength), strconv.Itoa(offset)
	return request{
		operation:     OperationFindImages,
		method:        http.MethodPost,
		projectID:     projectID,
		path:          searchPath(projectID),
		body:          body,
		successStatus: http.StatusOK,
		decode: func(body []byte) (err error) {
			*page, err = decodeFoundImages(body)
			return err
		},
	}
}

// CountImages returns how many images of a project match a filter, whatever their status:
// POST /v2/{project_id}/images/resource_instances/action.
func (c *Client) CountImages(ctx context.Context, projectID string, filter ImageFilter) (int, error) {
	var count int
	err := c.do(ctx, request{
		operation:     OperationCountImages,
		method:        http.MethodPost,
		projectID:     projectID,
		path:          searchPath(projectID),
		body:          filter.body("count"),
		successStatus: http.StatusOK,
		decode: func(body []byte) (err error) {
			count, err = decodeCount(body)
			return err
		},
	})
	return count, err
}

func searchPath(projectID string) string {
	return "/v2/" + url.PathEscape(projectID) + "/images/resource_instances/action"
}

// searchBody is a search by tag. The API requires the numbers as strings, and rejects empty lists.
type searchBody struct {
	Action        string      `json:"action"`
	Tags          []KeyValues `json:"tags,omitempty"`
	TagsAny       []KeyValues `json:"tags_any,omitempty"`
	NotTagsAny    []KeyValues `json:"not_tags_any,omitempty"`
	WithoutAnyTag bool        `json:"without_any_tag,omitempty"`
	Matches       []Tag       `json:"matches,omitempty"`
	Limit         string      `json:"limit,omitempty"`
	Offset        string      `json:"offset,omitempty"`
}

func (f ImageFilter) body(action string) searchBody {
	body := searchBody{
		Action: action, WithoutAnyTag: f.WithoutAnyTag,
		Tags: withValues(f.Tags), TagsAny: withValues(f.TagsAny), NotTagsAny: withValues(f.NotTagsAny),
	}
	if f.NamePart != "" {
		body.Matches = []Tag{{Key: "resource_name", Value: f.NamePart}}
	}
	return body
}

// withValues returns filters whose lists of values are never null, which the API requires.
func withValues(filters []KeyValues) []KeyValues {
	complete := make([]KeyValues, len(filters))
	for i, filter := range filters {
		complete[i] = KeyValues{filter.Key, append([]string{}, filter.Values...)}
	}
	return complete
}

// decodeFoundImages reads {"resources":[{"resource_id":"i","resource_name":"n","resource_detail":{"status":"active"},
// "tags":[{"key":"k","value":"v"}]}],"total_count":1}.
func decodeFoundImages(body []byte) (foundPage, error) {
	var content struct {
		Resources *[]struct {
			ID     string `json:"resource_id"`
			Name   string `json:"resource_name"`
			Detail struct {
				Status string `json:"status"`
			} `json:"resource_detail"`
			Tags *[]tagJSON `json:"tags"`
		} `json:"resources"`
		Total int `json:"total_count"`
	}
	if err := decodeJSON(body, &content); err != nil {
		return foundPage{}, err
	}
	if content.Resources == nil {
		return foundPage{}, errNoResources
	}

	page := foundPage{images: make([]FoundImage, len(*content.Resources)), total: content.Total}
	for i, resource := range *content.Resources {
		tags, err := convertTags(resource.Tags)
		if err != nil {
			return foundPage{}, err
		}
		if resource.ID == "" {
			return foundPage{}, errNoImageID
		}
		page.images[i] = FoundImage{ID: resource.ID, Name: resource.Name, Status: resource.Detail.Status, Tags: tags}
	}
	return page, nil
}

// decodeCount reads {"total_count":1}.
func decodeCount(body []byte) (int, error) {
	var content struct {
		Total *int `json:"total_count"`
	}
	if err := decodeJSON(body, &content); err != nil {
		return 0, err
	}
	if content.Total == nil || *content.Total < 0 {
		return 0, errors.New(`the response has no number "total_count"`)
	}
	return *content.Total, nil
}

var (
	errNoResources = errors.New(`the response has no list "resources"`)
	errNoImageID   = errors.New("the response has an image without an ID")
)

// decodeJSON reads the body of a response.
func decodeJSON(body []byte, into any) error {
	if !utf8.Valid(body) {
		return errNotUTF8
	}
	if err := json.Unmarshal(body, into); err != nil {
		return errNotDocumented
	}
	return nil
}
