// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"context"
	"net/http"
)

// CreateTags adds tags to an image, or overwrites their values: POST /v2/{project_id}/images/{image_id}/tags/action. The keys
// must differ. Only a 204 is a success. The call is idempotent. It is not documented whether the service adds some of the
// tags when it refuses another.
func (c *Client) CreateTags(ctx context.Context, image Image, tags []Tag) error {
	return c.batch(ctx, OperationCreateTags, image, batchBody{Action: "create", Tags: tags})
}

// DeleteTags removes tags from an image: POST /v2/{project_id}/images/{image_id}/tags/action. The keys must differ. It
// succeeds if tags or the image do not exist.
func (c *Client) DeleteTags(ctx context.Context, image Image, keys []string) error {
	err := c.batchDelete(ctx, image, keys)
	if IsImageNotFound(err) {
		return nil
	}
	return err
}

// batchDelete is [Client.DeleteTags], and fails if the image does not exist.
func (c *Client) batchDelete(ctx context.Context, image Image, keys []string) error {
	tags := make([]Tag, len(keys))
	for i, key := range keys {
		tags[i].Key = key
	}
	return c.batch(ctx, OperationDeleteTags, image, batchBody{Action: "delete", Tags: tags})
}

func (c *Client) batch(ctx context.Context, operation Operation, image Image, body batchBody) error {
	return c.do(ctx, request{
		operation:     operation,
		method:        http.MethodPost,
		projectID:     image.ProjectID,
		path:          image.TagsPath() + "/action",
		body:          body,
		successStatus: http.StatusNoContent,
	})
}

// batchBody changes several tags. For a delete the service ignores the values, but the vendor's definition of the API
// requires them.
type batchBody struct {
	Action string `json:"action"`
	Tags   []Tag  `json:"tags"`
}
