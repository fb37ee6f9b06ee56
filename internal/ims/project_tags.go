// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"context"
	"errors"
	"net/http"
	"net/url"
)

// ListProjectTags returns the keys of all tags of a project, each with its values: GET /v2/{project_id}/images/tags.
func (c *Client) ListProjectTags(ctx context.Context, projectID string) ([]KeyValues, error) {
	var tags []KeyValues
	err := c.do(ctx, request{
		operation:     OperationListProjectTags,
		method:        http.MethodGet,
		projectID:     projectID,
		path:          "/v2/" + url.PathEscape(projectID) + "/images/tags",
		successStatus: http.StatusOK,
		decode: func(body []byte) (err error) {
			tags, err = decodeProjectTags(body)
			return err
		},
	})
	return tags, err
}

// decodeProjectTags reads {"tags":[{"key":"k","values":["a","b"]}]}.
func decodeProjectTags(body []byte) ([]KeyValues, error) {
	var content struct {
		Tags *[]struct {
			Key    *string   `json:"key"`
			Values *[]string `json:"values"`
		} `json:"tags"`
	}
	if err := decodeJSON(body, &content); err != nil {
		return nil, err
	}
	if content.Tags == nil {
		return nil, errNoTags
	}
	tags := make([]KeyValues, len(*content.Tags))
	for i, tag := range *content.Tags {
		if tag.Key == nil {
			return nil, errNoKey
		}
		if tag.Values == nil {
			return nil, errors.New("the response has a key without values")
		}
		tags[i] = KeyValues{Key: *tag.Key, Values: *tag.Values}
	}
	return tags, nil
}
