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

// pageLength is how many images the service lists in a call at the most.
const pageLength = 1000

// imagesPage is a part of the listing of a project's images.
type imagesPage struct {
	images map[string][]Tag // the tags of each image, by its id
	length int              // how many images the service listed
	total  int              // how many images there are; 0 if the service did not say
}

// last reports whether no page follows the one that ends at the given offset.
func (p imagesPage) last(end int) bool {
	if p.total == 0 {
		return p.length < pageLength
	}
	return end >= p.total
}

// listImages returns the images of a project from an offset on, with their tags:
// POST /v2/{project_id}/images/resource_instances/action. It is tried once.
func (c *Client) listImages(ctx context.Context, projectID string, offset int) (imagesPage, error) {
	var page imagesPage
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
func decodeImages(body []byte) (imagesPage, error) {
	if !utf8.Valid(body) {
		return imagesPage{}, errNotUTF8
	}
	var list struct {
		Resources *[]struct {
			ID   string     `json:"resource_id"`
			Tags *[]sentTag `json:"tags"`
		} `json:"resources"`
		Total int `json:"total_count"`
	}
	if err := json.Unmarshal(body, &list); err != nil {
		return imagesPage{}, errNotDocumented
	}
	if list.Resources == nil {
		return imagesPage{}, errors.New(`the answer has no list "resources"`)
	}

	page := imagesPage{images: make(map[string][]Tag, len(*list.Resources)), length: len(*list.Resources), total: list.Total}
	for _, resource := range *list.Resources {
		if tags, err := readTags(resource.Tags); err == nil {
			page.images[resource.ID] = tags
		}
	}
	return page, nil
}
