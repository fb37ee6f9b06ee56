package ims

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"unicode/utf8"
)

// Image names an image in a project.
type Image struct {
	ProjectID string // 32 hexadecimal digits
	ID        string // a UUID
}

// Tag is a key and its value. The service allows keys of 1 to 36 and values of 0 to 43 code points and ten tags an
// image; tags made by older APIs can be longer.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// WriteTag adds a tag to an image or overwrites its value: POST /v2/{project_id}/images/{image_id}/tags. It succeeds
// with 204 only, and ends in the same place when it is sent twice.
func (c *Client) WriteTag(ctx context.Context, image Image, tag Tag) error {
	return c.call(ctx, request{
		operation: OperationWriteTag,
		method:    http.MethodPost,
		projectID: image.ProjectID,
		path:      image.TagsPath(),
		body:      tagBody{Tag: tag},
		success:   http.StatusNoContent,
	})
}

// ListTags returns the tags of an image: GET /v2/{project_id}/images/{image_id}/tags. It fails with an answer that
// is not the documented JSON, because an empty list means that the image has no tags. Failed, if given, is told what each
// attempt failed with.
func (c *Client) ListTags(ctx context.Context, image Image, failed ...func(Error)) ([]Tag, error) {
	var tags []Tag
	err := c.call(ctx, request{
		operation: OperationListTags,
		method:    http.MethodGet,
		projectID: image.ProjectID,
		path:      image.TagsPath(),
		success:   http.StatusOK,
		decode: func(body []byte) (err error) {
			tags, err = decodeTags(body)
			return err
		},
		failed: func(e Error) {
			for _, f := range failed {
				f(e)
			}
		},
	})
	return tags, err
}

// DeleteTag removes a tag from an image: DELETE /v2/{project_id}/images/{image_id}/tags/{key}, or, for a key that a
// path does not carry safely, the batch call. It succeeds when the tag or the image is not there. Which code a 404 for a
// missing tag has is not documented: with no code of the service, the tags are listed to be sure.
func (c *Client) DeleteTag(ctx context.Context, image Image, key string) error {
	var err error
	if isPathSafe(key) {
		err = c.deleteTag(ctx, image, key)
	} else {
		err = c.batchDeleteTag(ctx, image, key)
	}
	if IsImageNotFound(err) || isUnexplainedNotFound(err) && c.isAbsent(ctx, image, key) {
		return nil
	}
	return err
}

// isAbsent reports whether the service says for sure that an image does not have a key.
func (c *Client) isAbsent(ctx context.Context, image Image, key string) bool {
	tags, err := c.ListTags(ctx, image)
	if err != nil {
		return IsImageNotFound(err)
	}
	return !slices.ContainsFunc(tags, func(t Tag) bool { return t.Key == key })
}

func (c *Client) deleteTag(ctx context.Context, image Image, key string) error {
	return c.call(ctx, request{
		operation: OperationDeleteTag,
		method:    http.MethodDelete,
		projectID: image.ProjectID,
		path:      image.TagsPath() + "/" + url.PathEscape(key),
		success:   http.StatusNoContent,
	})
}

// batchDeleteTag removes a tag: POST /v2/{project_id}/images/{image_id}/tags/action. An absent key is no error.
func (c *Client) batchDeleteTag(ctx context.Context, image Image, key string) error {
	return c.call(ctx, request{
		operation: OperationBatchTags,
		method:    http.MethodPost,
		projectID: image.ProjectID,
		path:      image.TagsPath() + "/action",
		body:      batchBody{Action: "delete", Tags: []Tag{{Key: key}}},
		success:   http.StatusNoContent,
	})
}

type tagBody struct {
	Tag Tag `json:"tag"`
}

// batchBody is a change of several tags. A delete ignores the values, but the vendor's definition of the API requires
// them.
type batchBody struct {
	Action string `json:"action"`
	Tags   []Tag  `json:"tags"`
}

// TagsPath is the path of the tags of an image.
func (i Image) TagsPath() string {
	return "/v2/" + url.PathEscape(i.ProjectID) + "/images/" + url.PathEscape(i.ID) + "/tags"
}

var pathSafe = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// isPathSafe reports whether a key is the same in a path with and without escaping. How the gateways treat escaped
// segments is not documented, and a DELETE whose last segment is ".." addresses the image itself.
func isPathSafe(key string) bool {
	return pathSafe.MatchString(key) && key != "." && key != ".."
}

var (
	errNotUTF8       = errors.New("the response is not UTF-8")
	errNotDocumented = errors.New("the response is not the documented JSON")
)

// sentTag is a tag as the service sends it. A value that is missing or null is empty.
type sentTag struct {
	Key   *string `json:"key"`
	Value string  `json:"value"`
}

// decodeTags reads {"tags":[{"key":"k","value":"v"}]}.
func decodeTags(body []byte) ([]Tag, error) {
	if !utf8.Valid(body) {
		return nil, errNotUTF8
	}
	var list struct {
		Tags *[]sentTag `json:"tags"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return nil, errNotDocumented
	}
	return readTags(list.Tags)
}

// readTags refuses what does not say for sure which tags there are.
func readTags(sent *[]sentTag) ([]Tag, error) {
	if sent == nil {
		return nil, errors.New(`the response has no list "tags"`)
	}
	tags := make([]Tag, 0, len(*sent))
	values := make(map[string]string, len(*sent))
	for _, t := range *sent {
		if t.Key == nil {
			return nil, errors.New("the response has a tag without a key")
		}
		value, seen := values[*t.Key]
		if seen && value != t.Value {
			return nil, fmt.Errorf("the response has the key %q twice, with different values", *t.Key)
		}
		if seen {
			continue
		}
		values[*t.Key] = t.Value
		tags = append(tags, Tag{Key: *t.Key, Value: t.Value})
	}
	return tags, nil
}
