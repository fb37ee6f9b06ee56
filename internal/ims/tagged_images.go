// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"context"
	"net/http"
	"strconv"
)

// pageLength is the maximum number of images that the service lists in one response.
const pageLength = 1000

// TaggedImagesPage is one page of the images of a project.
type TaggedImagesPage struct {
	Images map[string][]Tag // the tags of each image, by image id; without images whose tags could not be read
	Length int              // images in the response
	Total  int              // images in the project; 0 if the service did not say
}

// Last reports whether this is the last page. end is the offset of the image after its last one.
func (p TaggedImagesPage) Last(end int) bool { return isLastPage(p.Length, p.Total, end) }

// isLastPage reports whether a page of a search by tag is the last, from its length and the total, if the service said it.
func isLastPage(length, total, end int) bool {
	if total == 0 {
		return length < pageLength
	}
	return end >= total
}

// ListTaggedImages returns up to 1,000 images of a project with their tags, starting at an offset:
// POST /v2/{project_id}/images/resource_instances/action. It is an optional call, which is not retried. While the service
// throttles, or has not accepted the credentials yet, it is not sent and fails with [ErrNotSent].
func (c *Client) ListTaggedImages(ctx context.Context, projectID string, offset int) (TaggedImagesPage, error) {
	var page TaggedImagesPage
	err := c.do(ctx, request{
		operation:     OperationListTaggedImages,
		method:        http.MethodPost,
		projectID:     projectID,
		path:          searchPath(projectID),
		body:          searchBody{Action: "filter", Limit: strconv.Itoa(pageLength), Offset: strconv.Itoa(offset)},
		successStatus: http.StatusOK,
		optional:      true,
		decode: func(body []byte) (err error) {
			page, err = decodeTaggedImages(body)
			return err
		},
	})
	return page, err
}

// decodeTaggedImages reads {"resources":[{"resource_id":"i","tags":[{"key":"k","value":"v"}]}],"total_count":1}. It leaves out
// an image whose tags it cannot read, as if the service had not listed it.
func decodeTaggedImages(body []byte) (TaggedImagesPage, error) {
	var content struct {
		Resources *[]struct {
			ID   string     `json:"resource_id"`
			Tags *[]tagJSON `json:"tags"`
		} `json:"resources"`
		Total int `json:"total_count"`
	}
	if err := decodeJSON(body, &content); err != nil {
		return TaggedImagesPage{}, err
	}
	if content.Resources == nil {
		return TaggedImagesPage{}, errNoResources
	}

	page := TaggedImagesPage{Images: make(map[string][]Tag, len(*content.Resources)), Length: len(*content.Resources), Total: content.Total}
	for _, resource := range *content.Resources {
		if tags, err := convertTags(resource.Tags); err == nil {
			page.Images[resource.ID] = tags
		}
	}
	return page, nil
}
