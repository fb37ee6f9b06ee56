// SPDX-License-Identifier: MPL-2.0

package store

import (
	"context"
	"iter"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// FindImages returns the images of a project that may match a filter by tag: see [ims.Client.FindImages]. Their tags include the
// recent writes of this process. The service may not know of these yet, so after a write it returns all images with the name.
// The images are listed from then on, so that resources for them need no reads.
func (s *Store) FindImages(ctx context.Context, projectID string, filter ims.ImageFilter) iter.Seq2[ims.FoundImage, error] {
	return func(yield func(ims.FoundImage, error) bool) {
		started := s.now()
		if s.recent.isIn(projectID, started) {
			filter = ims.ImageFilter{NamePart: filter.NamePart}
		}
		for found, err := range s.client.FindImages(ctx, projectID, filter) {
			if err == nil {
				image := ims.Image{ProjectID: projectID, ID: found.ID}
				s.addListed(image, found.Tags)
				found.Tags = s.recent.apply(image, found.Tags, started, s.now())
			}
			if !yield(found, err) {
				return
			}
		}
	}
}

// CountImages returns how many images of a project match a filter by tag: see [ims.Client.CountImages].
func (s *Store) CountImages(ctx context.Context, projectID string, filter ims.ImageFilter) (int, error) {
	return s.client.CountImages(ctx, projectID, filter)
}

// ListImages returns the images that a project can see: see [ims.Client.ListImages].
func (s *Store) ListImages(ctx context.Context, projectID string, query ims.ImageQuery) iter.Seq2[ims.ImageDetails, error] {
	return s.client.ListImages(ctx, projectID, query)
}

// ProjectTags returns the keys of all tags of a project: see [ims.Client.ListProjectTags].
func (s *Store) ProjectTags(ctx context.Context, projectID string) ([]ims.KeyValues, error) {
	return s.client.ListProjectTags(ctx, projectID)
}
