// SPDX-License-Identifier: MPL-2.0

package auth

import (
	"context"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/gophercloud/gophercloud/v2/openstack/identity/v3/tokens"
)

// imageServices are the types of the image service in the service catalogs of the clouds, the preferred ones first.
var imageServices = []string{"ims", "imsv2", "image"}

// FindEndpoint returns the endpoint of the image service in a region, without the API version: GET {auth_url}/auth/catalog.
// It is empty if the catalog has none.
func (i IAM) FindEndpoint(ctx context.Context, region string) (string, error) {
	var response struct {
		Catalog []tokens.CatalogEntry `json:"catalog"`
	}
	i.Account = nil // the catalog is that of the user who requests it
	_, err := i.do(ctx, iamCall{
		httpMethod: http.MethodGet,
		url:        i.url("/auth/catalog"),
		wantStatus: http.StatusOK,
		lookup:     LookupEndpoint,
		result:     &response,
	})
	return imageEndpoint(response.Catalog, region), err
}

// imageEndpoint returns the public endpoint of the image service in a region, without the API version. If region is empty
// and the catalog has exactly one endpoint, it returns that one. If there is no endpoint, it returns an empty string.
func imageEndpoint(entries []tokens.CatalogEntry, region string) string {
	for _, service := range imageServices {
		var found []string
		for _, entry := range entries {
			if entry.Type != service {
				continue
			}
			for _, endpoint := range entry.Endpoints {
				if endpoint.Interface == "public" && (region == "" || endpoint.Region == region) {
					found = append(found, withoutVersion(endpoint.URL))
				}
			}
		}
		if len(found) > 0 && (region != "" || len(slices.Compact(found)) == 1) {
			return found[0]
		}
	}
	return ""
}

var apiVersion = regexp.MustCompile(`^(https?://[^/]+.*?)/v[0-9][^/]*(/.*)?$`)

// withoutVersion removes the API version, and everything after it, from an endpoint URL of the catalog.
func withoutVersion(url string) string {
	return strings.TrimRight(apiVersion.ReplaceAllString(url, "$1"), "/")
}
