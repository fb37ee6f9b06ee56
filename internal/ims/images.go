package ims

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"unicode/utf8"
)

// pageLength is the maximum number of images that the service lists in one response.
const pageLength = 1000

// ImagesPage is one page of the images of a project.
type ImagesPage struct {
	Images map[string][]Tag // the tags of each image, by image id; without images whose tags could not be read
	Length int              // images in the response
	Total  int              // images in the project; 0 if the service did not say
}

// Last reports whether this is the last page. end is the offset of the image after its last one.
func (p ImagesPage) Last(end int) bool {
	if p.Total == 0 {
		return p.Length < pageLength
	}
	return end >= p.Total
}

// ListImages returns up to 1,000 images of a project with their tags, starting at an offset:
// POST /v2/{project_id}/images/resource_instances/action. It is an optional call, which is not retried. While the service
// throttles, or has not accepted the credentials yet, it is not sent and fails with [ErrNotSent].
func (c *Client) ListImages(ctx context.Context, projectID string, offset int) (ImagesPage, error) {
	var page ImagesPage
	err := c.do(ctx, request{
		operation:     OperationListImages,
		method:        http.MethodPost,
		projectID:     projectID,
		path:          "/v2/" + url.PathEscape(projectID) + "/images/resource_instances/action",
		body:          filterBody{Action: "filter", Limit: strconv.Itoa(pageLength), Offset: strconv.Itoa(offset)},
		successStatus: http.StatusOK,
		optional:      true,
		decode: func(body []byte) (err error) {
			page, err = decodeImages(body)
			return err
		},
	})
	return page, err
}

// filterBody asks for all images. The API requires the numbers as strings.
type filterBody struct {
	Action string `json:"action"`
	Limit  string `json:"limit"`
	Offset string `json:"offset"`
}

// decodeImages reads {"resources":[{"resource_id":"i","tags":[{"key":"k","value":"v"}]}],"total_count":1}. It leaves out an
// image whose tags it cannot read, as if the service had not listed it.
func decodeImages(body []byte) (ImagesPage, error) {
	if !utf8.Valid(body) {
		return ImagesPage{}, errNotUTF8
	}
	var content struct {
		Resources *[]struct {
			ID   string     `json:"resource_id"`
			Tags *[]tagJSON `json:"tags"`
		} `json:"resources"`
		Total int `json:"total_count"`
	}
	if err := json.Unmarshal(body, &content); err != nil {
		return ImagesPage{}, errNotDocumented
	}
	if content.Resources == nil {
		return ImagesPage{}, errors.New(`the response has no list "resources"`)
	}

	page := ImagesPage{Images: make(map[string][]Tag, len(*content.Resources)), Length: len(*content.Resources), Total: content.Total}
	for _, resource := range *content.Resources {
		if tags, err := convertTags(resource.Tags); err == nil {
			page.Images[resource.ID] = tags
		}
	}
	return page, nil
}
