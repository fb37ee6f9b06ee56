// SPDX-License-Identifier: MPL-2.0

package imagesearch

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Query is a search for images of a project, or that a project can see.
type Query struct {
	project       string
	tags          []ims.KeyValues
	tagsAny       []ims.KeyValues
	notTags       []ims.KeyValues
	withoutAnyTag bool
	name          string         // empty: any
	nameRegex     *regexp.Regexp // nil: any
	status        string
	imageType     ims.ImageType // empty: any
	owner         string        // empty: any, but of shared images not the project
	architecture  string        // empty: any
	osType        string        // empty: any
	maxAge        string        // as configured; empty: any
	createdSince  time.Time     // zero: any
}

// Filter is the part of the query that the search by tag understands. The service finds names by a part of them.
func (q Query) Filter() ims.ImageFilter {
	return ims.ImageFilter{
		Tags: q.tags, TagsAny: q.tagsAny, NotTagsAny: q.notTags, WithoutAnyTag: q.withoutAnyTag, NamePart: q.name,
	}
}

// list is the part of the query that the list of images understands. Dates are compared here, so that a search that finds
// nothing can tell which images are too old.
func (q Query) list() ims.ImageQuery {
	return ims.ImageQuery{
		Type: q.imageType, Owner: q.owner, Status: q.status, Name: q.name, Architecture: q.architecture, OSType: q.osType,
	}
}

// hasTagFilter reports whether the tags of an image decide whether it matches.
func (q Query) hasTagFilter() bool {
	return len(q.tags)+len(q.tagsAny)+len(q.notTags) > 0 || q.withoutAnyTag
}

// isOwn reports whether the query is for images of the project.
func (q Query) isOwn() bool { return q.owner == q.project }

// Matches reports whether an image meets the conditions on its tags, its name and its status. The service has compared most of
// them already, but a wrong image is worse than none.
func (q Query) Matches(image ims.FoundImage) bool {
	return !slices.ContainsFunc(q.conditions(), func(c condition) bool { return !c.holds(image) })
}

// isOfOwner reports whether an image has the right owner.
func (q Query) isOfOwner(image ims.ImageDetails) bool {
	if q.owner == "" {
		return q.imageType != ims.SharedImages || !strings.EqualFold(image.Owner, q.project)
	}
	return strings.EqualFold(image.Owner, q.owner)
}

// isForSystem reports whether an image has the right architecture and operating system.
func (q Query) isForSystem(image ims.ImageDetails) bool {
	return (q.architecture == "" || q.architecture == image.Architecture()) && (q.osType == "" || q.osType == image.OSType)
}

// isYoung reports whether an image is not too old.
func (q Query) isYoung(image ims.ImageDetails) bool {
	return !image.CreatedAt.Before(q.createdSince)
}
