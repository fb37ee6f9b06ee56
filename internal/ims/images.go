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

// pageLength is the maximum number of images that the service lists in a call.
const pageLength = 1000

// ImagesPage is a part of the listing of a project's images.
type ImagesPage struct {
	Images map[string][]Tag // the tags of each image, by its id
	Length int              // how many images the service listed
	Total  int              // how many images there are; 0 if the service did not say
}

// Last reports whether no page follows the one that ends at the given offset.
func (p ImagesPage) Last(end int) bool {
	if p.Total == 0 {
		return p.Length < pageLength
	}
	return end >= p.Total
}

// ListImages returns the images of a project from an offset on, with their tags:
// POST /v2/{project_id}/images/resource_instances/action. It is an optional call: it is sent once at most, and
// not at all while the service throttles or has not accepted the credentials.
func (c *Client) ListImages(ctx context.Context, projectID string, offset int) (ImagesPage, error) {
	var page ImagesPage
	err := c.call(ctx, request{
		operation: OperationListImages,
		method:    http.MethodPost,
		projectID: projectID,
		path:      "/v2/" + url.PathEscape(projectID) + "/images/resource_instances/action",
		body:      filterBody{Action: "filter", Limit: strconv.Itoa(pageLength), Offset: strconv.Itoa(offset)},
		success:   http.StatusOK,
		optional:  true,
		decode: func(body []byte) (err error) {
			page, err = decodeImages(body)
			return err
		},
	})
	return page, err
}

// filterBody asks for all images. The service wants the numbers as strings.
type filterBody struct {
	Action string `json:"action"`
	Limit  string `json:"limit"`
	Offset string `json:"offset"`
}

// decodeImages reads {"resources":[{"resource_id":"i","tags":[{"key":"k","value":"v"}]}],"total_count":1}. An image whose
// tags cannot be read is left out: it counts as one that was not listed.
func decodeImages(body []byte) (ImagesPage, error) {
	if !utf8.Valid(body) {
		return ImagesPage{}, errNotUTF8
	}
	var list struct {
		Resources *[]struct {
			ID   string     `json:"resource_id"`
			Tags *[]sentTag `json:"tags"`
		} `json:"resources"`
		Total int `json:"total_count"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return ImagesPage{}, errNotDocumented
	}
	if list.Resources == nil {
		return ImagesPage{}, errors.New(`the response has no list "resources"`)
	}

	page := ImagesPage{Images: make(map[string][]Tag, len(*list.Resources)), Length: len(*list.Resources), Total: list.Total}
	for _, resource := range *list.Resources {
		if tags, err := readTags(resource.Tags); err == nil {
			page.Images[resource.ID] = tags
		}
	}
	return page, nil
}
