// SPDX-License-Identifier: MPL-2.0

package imagesearch

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// Image is an image that was found.
type Image struct {
	ims.ImageDetails
	Tags []ims.Tag // none if the service does not show the tags of the image to the project
}

// Result is what a search found, and what it almost found.
type Result struct {
	Images []Image // all that match, newest first, and in the order of their ids if they are of the same age

	query  Query
	tagged []ims.FoundImage // what the search by tag found
	older  []Image          // what is only too old
}

// Run searches. It makes a search by tag and lists the images, for their dates and their owners: two calls if there are up to
// 1,000 images. It makes only the first if that finds nothing, and only the second if no tags are shown or compared, as those
// of other projects. The list is not read further than needed.
func (q Query) Run(ctx context.Context, from *store.Store) (Result, error) {
	result := Result{query: q}
	if !q.isOwn() && !q.hasTagFilter() {
		return q.listOnly(ctx, from, result)
	}
	for image, err := range from.FindImages(ctx, q.project, q.Filter()) {
		if err != nil {
			return result, err
		}
		if q.Matches(image) {
			result.tagged = append(result.tagged, image)
		}
	}
	if len(result.tagged) == 0 {
		return result, nil
	}
	return q.join(ctx, from, result)
}

// join adds the details of the images that the search by tag found. An image that is not in the list of images of its owner
// does not match, whatever its tags.
func (q Query) join(ctx context.Context, from *store.Store, result Result) (Result, error) {
	missing := make(map[string]ims.FoundImage, len(result.tagged))
	for _, image := range result.tagged {
		missing[image.ID] = image
	}
	for details, err := range from.ListImages(ctx, q.project, q.list()) {
		if err != nil {
			return result, err
		}
		image, wanted := missing[details.ID]
		if !wanted {
			continue
		}
		result.add(details, image.Tags)
		delete(missing, details.ID)
		if len(missing) == 0 {
			break
		}
	}
	result.sort()
	return result, nil
}

func (q Query) listOnly(ctx context.Context, from *store.Store, result Result) (Result, error) {
	for details, err := range from.ListImages(ctx, q.project, q.list()) {
		if err != nil {
			return result, err
		}
		result.add(details, nil)
	}
	result.sort()
	return result, nil
}

// add adds an image to the result, if it meets the conditions.
func (r *Result) add(details ims.ImageDetails, tags []ims.Tag) {
	image := Image{ImageDetails: details, Tags: tags}
	listed := ims.FoundImage{ID: details.ID, Name: details.Name, Status: details.Status, Tags: tags}
	switch {
	case !r.query.Matches(listed) || !r.query.isOfOwner(details) || !r.query.isForSystem(details):
	case r.query.isYoung(details):
		r.Images = append(r.Images, image)
	default:
		r.older = append(r.older, image)
	}
}

func (r *Result) sort() {
	for _, images := range [][]Image{r.Images, r.older} {
		slices.SortFunc(images, func(a, b Image) int {
			return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), strings.Compare(a.ID, b.ID))
		})
	}
}

// all returns the elements of a sequence.
func all[T any](sequence iter.Seq2[T, error]) ([]T, error) {
	var elements []T
	for element, err := range sequence {
		if err != nil {
			return nil, err
		}
		elements = append(elements, element)
	}
	return elements, nil
}
