// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// ImageType is the type of an image, as a project sees it.
type ImageType string

// The types of images.
const (
	PrivateImages ImageType = "private" // of the project, and not shared with others
	SharedImages  ImageType = "shared"  // of other projects, which share them with the project, and of the project, which shares them
	PublicImages  ImageType = "gold"    // of the cloud
)

// ImageQuery selects images that a project can see. An empty field selects all.
type ImageQuery struct {
	Type   ImageType
	Owner  string // a project ID
	Status string // such as active
	Name   string

	Architecture string // x86 or arm
	OSType       string // Linux, Windows or Other
}

// ImageDetails is an image with its dates and its owner. Fields that the service leaves out are empty.
type ImageDetails struct {
	ID        string
	Name      string
	Status    string
	Owner     string // a project ID
	CreatedAt time.Time
	UpdatedAt string
	MinDisk   int64 // in GB
	OSType    string
	OSVersion string
	IsARM     bool
}

// Architecture is x86 or arm.
func (i ImageDetails) Architecture() string {
	if i.IsARM {
		return "arm"
	}
	return "x86"
}

// ListImages returns the images that a project can see, newest first, each once. It requests up to 1,000 at a time, the next
// ones when they are needed: GET /v2/cloudimages. An error is the last element.
//
// The path names no project: a token is valid for one project only, and access keys use the project of the header
// X-Project-Id.
//
// A user who has the permission only for some enterprise projects has to name them, or all_granted_eps for all of them.
// Clouds without enterprise projects need not know the parameter, so it is sent only after a 403 without it.
func (c *Client) ListImages(ctx context.Context, projectID string, query ImageQuery) iter.Seq2[ImageDetails, error] {
	return eachOnce(func(i ImageDetails) string { return i.ID }, func() nextPage[ImageDetails] {
		marker, granted := "", false
		return func() ([]ImageDetails, bool, request, error) {
			var images []ImageDetails
			r := listRequest(projectID, query.values(marker, granted), &images)
			err := c.do(ctx, r)
			if marker == "" && isForbidden(err) {
				if c.do(ctx, listRequest(projectID, query.values(marker, true), &images)) == nil {
					granted, err = true, nil
				}
			}
			if len(images) > 0 {
				marker = images[len(images)-1].ID
			}
			return images, len(images) < defaultPageLength, r, err
		}
	})
}

func listRequest(projectID string, query url.Values, images *[]ImageDetails) request {
	return request{
		operation:     OperationListImages,
		method:        http.MethodGet,
		projectID:     projectID,
		path:          "/v2/cloudimages?" + query.Encode(),
		successStatus: http.StatusOK,
		decode: func(body []byte) (err error) {
			*images, err = decodeImages(body)
			return err
		},
	}
}

// defaultPageLength is the length of a page of images for which no limit was given. The API does not document the greatest
// limit. It is at least this, so only a shorter page is certainly the last.
const defaultPageLength = 500

func (q ImageQuery) values(marker string, granted bool) url.Values {
	values := url.Values{"limit": {strconv.Itoa(pageLength)}}
	if granted {
		values.Set("enterprise_project_id", "all_granted_eps")
	}
	for name, value := range map[string]string{
		"__imagetype": string(q.Type), "owner": q.Owner, "status": q.Status, "name": q.Name,
		"architecture": q.Architecture, "__os_type": q.OSType, "marker": marker,
	} {
		if value != "" {
			values.Set(name, value)
		}
	}
	return values
}

// decodeImages reads {"images":[{"id":"i","owner":"p","created_at":"2006-01-02T15:04:05Z"}]}, with more fields.
func decodeImages(body []byte) ([]ImageDetails, error) {
	var content struct {
		Images *[]imageJSON `json:"images"`
	}
	if err := decodeJSON(body, &content); err != nil {
		return nil, err
	}
	if content.Images == nil {
		return nil, errors.New(`the response has no list "images"`)
	}
	images := make([]ImageDetails, len(*content.Images))
	for i, image := range *content.Images {
		var err error
		if images[i], err = image.details(); err != nil {
			return nil, err
		}
	}
	return images, nil
}

type imageJSON struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Status    string `json:"status"`
	Owner     string `json:"owner"`
	CreatedAt string `json:"created_at"`
	UpdatedAt string `json:"updated_at"`
	MinDisk   int64  `json:"min_disk"`
	OSType    string `json:"__os_type"`
	OSVersion string `json:"__os_version"`
	ARM       string `json:"__support_arm"`
}

func (i imageJSON) details() (ImageDetails, error) {
	if i.ID == "" {
		return ImageDetails{}, errNoImageID
	}
	created, err := time.Parse(time.RFC3339, i.CreatedAt)
	if err != nil {
		return ImageDetails{}, fmt.Errorf("the response has an image whose created_at is %q instead of a time", i.CreatedAt)
	}
	return ImageDetails{
		ID: i.ID, Name: i.Name, Status: i.Status, Owner: i.Owner, CreatedAt: created, UpdatedAt: i.UpdatedAt,
		MinDisk: i.MinDisk, OSType: i.OSType, OSVersion: i.OSVersion, IsARM: i.ARM == "true",
	}, nil
}
