// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/hashicorp/go-retryablehttp"
)

// Operation names what a call does, in words for a person.
type Operation string

// The operations.
const (
	OperationWriteTag   Operation = "write tag"         // POST /v2/{project_id}/images/{image_id}/tags
	OperationListTags   Operation = "list tags"         // GET /v2/{project_id}/images/{image_id}/tags
	OperationDeleteTag  Operation = "delete tag"        // DELETE /v2/{project_id}/images/{image_id}/tags/{key}
	OperationCreateTags Operation = "batch create tags" // POST /v2/{project_id}/images/{image_id}/tags/action
	OperationDeleteTags Operation = "batch delete tags" // POST /v2/{project_id}/images/{image_id}/tags/action

	OperationListProjectTags Operation = "list project tags" // GET /v2/{project_id}/images/tags
	OperationListImages      Operation = "list images"       // GET /v2/cloudimages

	// POST /v2/{project_id}/images/resource_instances/action
	OperationListTaggedImages Operation = "list tagged images" // all of a project, for bulk reads
	OperationFindImages       Operation = "find images by tag"
	OperationCountImages      Operation = "count images by tag"
)

var reads = []Operation{
	OperationListTags, OperationListProjectTags, OperationListImages,
	OperationListTaggedImages, OperationFindImages, OperationCountImages,
}

func (o Operation) isWrite() bool { return !slices.Contains(reads, o) }

// request describes a call of the API.
type request struct {
	operation     Operation
	method        string
	projectID     string
	path          string                  // escaped, without the endpoint
	body          any                     // encoded as JSON; nil for none
	successStatus int                     // the only status that means success
	decode        func(body []byte) error // reads the body of a success; an error means that the call failed. May be nil
	onFailure     func(Error)             // is called with the error of each failed attempt. May be nil

	// optional marks a call that the caller can do without. It is sent at most once, and its failure does not affect other
	// calls.
	optional bool

	// single marks a call that is sent at most once. It waits for the credentials to be accepted, but not for a service that
	// throttles.
	single bool
}

// newHTTPRequest builds the HTTP request that each attempt of a call sends.
func (c *Client) newHTTPRequest(ctx context.Context, r request) (*retryablehttp.Request, error) {
	var body any // not a []byte: retryablehttp sends a nil one as an empty body
	if r.body != nil {
		encoded, err := json.Marshal(r.body)
		if err != nil {
			return nil, err
		}
		body = encoded
	}
	req, err := retryablehttp.NewRequestWithContext(ctx, r.method, c.endpoint+r.path, body)
	if err != nil {
		return nil, err
	}

	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", c.userAgent)
	req.Header.Set("X-Project-Id", r.projectID)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req, nil
}
