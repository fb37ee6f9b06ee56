// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	defaultImages = 500
	maxImages     = 1000 // a greater limit is reduced to it
)

// cloudImage is an image as GET /v2/cloudimages shows it. The service shows more fields than these.
type cloudImage struct {
	ID         string   `json:"id"`
	Name       string   `json:"name"`
	Status     string   `json:"status"`
	Owner      string   `json:"owner"`
	Visibility string   `json:"visibility"`
	Type       string   `json:"__imagetype"`
	CreatedAt  string   `json:"created_at"`
	UpdatedAt  string   `json:"updated_at"`
	MinDisk    int      `json:"min_disk"`
	MinRAM     int      `json:"min_ram"`
	OSType     string   `json:"__os_type"`
	OSVersion  string   `json:"__os_version,omitempty"`
	OSBit      string   `json:"__os_bit"`
	ARM        string   `json:"__support_arm,omitempty"`
	Registered string   `json:"__isregistered"`
	Protected  bool     `json:"protected"`
	Tags       []string `json:"tags"`
}

// Types of images, as a project sees them.
const (
	typePrivate = "private"
	typeShared  = "shared"
	typePublic  = "gold"
)

// typeFor returns the type of an image as a project sees it. It is empty if the project does not see the image.
func (i *image) typeFor(project string) string {
	switch {
	case i.Public:
		return typePublic
	case i.ProjectID == project && len(i.SharedWith) > 0:
		return typeShared // as for those that it is shared with
	case i.ProjectID == project:
		return typePrivate
	case slices.Contains(i.SharedWith, project):
		return typeShared
	}
	return ""
}

// listImages answers with a page of the images that a project sees and that match the query.
func (s *Server) listImages(project string, query url.Values) Answer {
	wanted, refusal, ok := readImageQuery(query)
	if !ok {
		return refusal
	}
	if s.images.enterprise && !query.Has("enterprise_project_id") {
		return IMSError(http.StatusForbidden, codeForbidden, "The user has no permission for the project.")
	}
	var found []*image
	for _, id := range s.images.order {
		if i := s.images.byID[id]; s.regions.of(i.ProjectID) == s.regions.of(project) && wanted.matches(i, project) {
			found = append(found, i)
		}
	}
	slices.SortStableFunc(found, wanted.compare)
	found, ok = wanted.page(found)
	if !ok {
		return invalidParameter("marker")
	}
	images := make([]cloudImage, len(found))
	for n, i := range found {
		images[n] = s.describe(i, project)
	}
	return okJSON(map[string]any{"images": images})
}

func (s *Server) describe(i *image, project string) cloudImage {
	kind := i.typeFor(project)
	visibility := kind
	if kind == typePublic {
		visibility = "public"
	}
	arm := ""
	if i.ARM {
		arm = "true"
	}
	tags := []string{}
	for _, tag := range s.visible(i) {
		tags = append(tags, tag.Key+"."+tag.Value)
	}
	return cloudImage{
		ID: i.ID, Name: i.Name, Status: i.Status, Owner: i.ProjectID, Visibility: visibility, Type: kind,
		CreatedAt: i.CreatedAt.UTC().Format(time.RFC3339), UpdatedAt: i.UpdatedAt.UTC().Format(time.RFC3339),
		MinDisk: i.MinDisk, OSType: i.OSType, OSVersion: i.OSVersion, OSBit: "64", ARM: arm,
		Registered: "true", Protected: i.Protected, Tags: tags,
	}
}

// page returns the images after the marker, up to the limit. It fails if no image that was found is the marker.
func (q imageQuery) page(found []*image) ([]*image, bool) {
	if q.marker != "" {
		at := slices.IndexFunc(found, func(i *image) bool { return i.ID == q.marker })
		if at < 0 {
			return nil, false
		}
		found = found[at+1:]
	}
	return found[:min(q.limit, len(found))], true
}

// compare orders images by the sort key, newest first by default.
func (q imageQuery) compare(a, b *image) int {
	order := cmp.Or(q.sortKey.compare(a, b), strings.Compare(a.ID, b.ID))
	if q.ascending {
		return order
	}
	return -order
}

type sortKey string

func (k sortKey) compare(a, b *image) int {
	switch k {
	case "name":
		return strings.Compare(a.Name, b.Name)
	case "id":
		return strings.Compare(a.ID, b.ID)
	case "status":
		return strings.Compare(a.Status, b.Status)
	case "created_at":
		return a.CreatedAt.Compare(b.CreatedAt)
	}
	return 0 // the mock knows no sizes and formats
}

func invalidParameter(name string) Answer {
	return IMSError(http.StatusBadRequest, codeMalformedBody, "The parameter "+name+" is invalid.")
}

func parseLimit(text string) (int, bool) {
	limit, err := strconv.Atoi(text)
	return min(limit, maxImages), err == nil && limit > 0
}
