// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
)

// Image identifies an image in a project.
type Image struct {
	ProjectID string // 32 hexadecimal digits
	ID        string // a UUID
}

// Tag is one tag of an image. The service allows keys of 1 to 36 code points, values of 0 to 43 code points, and ten tags an
// image. Tags that were made with older APIs can be longer.
type Tag struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// WriteTag adds a tag to an image, or overwrites its value: POST /v2/{project_id}/images/{image_id}/tags. Only a 204 is a
// success. The call is idempotent.
func (c *Client) WriteTag(ctx context.Context, image Image, tag Tag) error {
	return c.do(ctx, request{
		operation:     OperationWriteTag,
		method:        http.MethodPost,
		projectID:     image.ProjectID,
		path:          image.TagsPath(),
		body:          tagBody{Tag: tag},
		successStatus: http.StatusNoContent,
	})
}

// ListTags returns the tags of an image: GET /v2/{project_id}/images/{image_id}/tags. Only a 200 with the documented JSON is
// a success, so that an empty list is never a misunderstanding. Each onFailure is called with the error of each attempt
// that fails.
func (c *Client) ListTags(ctx context.Context, image Image, onFailure ...func(Error)) ([]Tag, error) {
	return c.listTags(ctx, image, false, onFailure)
}

// ListTagsOnce is like [Client.ListTags], without retries. While the service throttles, it is not sent and fails with
// [ErrNotSent].
func (c *Client) ListTagsOnce(ctx context.Context, image Image, onFailure ...func(Error)) ([]Tag, error) {
	return c.listTags(ctx, image, true, onFailure)
}

func (c *Client) listTags(ctx context.Context, image Image, single bool, onFailure []func(Error)) ([]Tag, error) {
	var tags []Tag
	err := c.do(ctx, request{
		single:        single,
		operation:     OperationListTags,
		method:        http.MethodGet,
		projectID:     image.ProjectID,
		path:          image.TagsPath(),
		successStatus: http.StatusOK,
		decode: func(body []byte) (err error) {
			tags, err = decodeTags(body)
			return err
		},
		onFailure: func(e Error) {
			for _, f := range onFailure {
				f(e)
			}
		},
	})
	return tags, err
}

// DeleteTag removes a tag from an image: DELETE /v2/{project_id}/images/{image_id}/tags/{key}, or the batch call for a key
// that is not safe in a path. It succeeds if the tag or the image does not exist. The API does not document the error code
// of a 404 for a missing tag: after a 404 without an error code of the service, the tags are listed to be sure.
func (c *Client) DeleteTag(ctx context.Context, image Image, key string) error {
	var err error
	if isPathSafe(key) {
		err = c.deleteTag(ctx, image, key)
	} else {
		err = c.batchDelete(ctx, image, []string{key})
	}
	if IsImageNotFound(err) || isUnexplainedNotFound(err) && c.isAbsent(ctx, image, key) {
		return nil
	}
	return err
}

// isAbsent lists the tags of an image, and reports whether it certainly has no tag with the key.
func (c *Client) isAbsent(ctx context.Context, image Image, key string) bool {
	tags, err := c.ListTags(ctx, image)
	if err != nil {
		return IsImageNotFound(err)
	}
	return !slices.ContainsFunc(tags, func(t Tag) bool { return t.Key == key })
}

func (c *Client) deleteTag(ctx context.Context, image Image, key string) error {
	return c.do(ctx, request{
		operation:     OperationDeleteTag,
		method:        http.MethodDelete,
		projectID:     image.ProjectID,
		path:          image.TagsPath() + "/" + url.PathEscape(key),
		successStatus: http.StatusNoContent,
	})
}

type tagBody struct {
	Tag Tag `json:"tag"`
}

// TagsPath returns the escaped path of the tags of an image.
func (i Image) TagsPath() string {
	return "/v2/" + url.PathEscape(i.ProjectID) + "/images/" + url.PathEscape(i.ID) + "/tags"
}

var pathSafe = regexp.MustCompile(`^[A-Za-z0-9_.-]+$`)

// isPathSafe reports whether a key needs no escaping in a path. How the gateways treat escaped segments is not documented,
// and a DELETE whose last segment is ".." could delete the image itself.
func isPathSafe(key string) bool {
	return pathSafe.MatchString(key) && key != "." && key != ".."
}

var (
	errNotUTF8       = errors.New("the response is not UTF-8")
	errNotDocumented = errors.New("the response is not the documented JSON")
	errNoTags        = errors.New(`the response has no list "tags"`)
	errNoKey         = errors.New("the response has a tag without a key")
)

// tagJSON is a tag in a response. A value that is missing or null is empty.
type tagJSON struct {
	Key   *string `json:"key"`
	Value string  `json:"value"`
}

// decodeTags reads {"tags":[{"key":"k","value":"v"}]}.
func decodeTags(body []byte) ([]Tag, error) {
	var content struct {
		Tags *[]tagJSON `json:"tags"`
	}
	if err := decodeJSON(body, &content); err != nil {
		return nil, err
	}
	return convertTags(content.Tags)
}

// convertTags returns the tags of a response. It fails if the list is missing or contradicts itself.
func convertTags(list *[]tagJSON) ([]Tag, error) {
	if list == nil {
		return nil, errNoTags
	}
	tags := make([]Tag, 0, len(*list))
	values := make(map[string]string, len(*list))
	for _, tag := range *list {
		if tag.Key == nil {
			return nil, errNoKey
		}
		value, seen := values[*tag.Key]
		if seen && value != tag.Value {
			return nil, fmt.Errorf("the response has the key %q twice, with different values", *tag.Key)
		}
		if seen {
			continue
		}
		values[*tag.Key] = tag.Value
		tags = append(tags, Tag{Key: *tag.Key, Value: tag.Value})
	}
	return tags, nil
}
