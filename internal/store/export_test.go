// SPDX-License-Identifier: MPL-2.0

package store

import (
	"context"
	"slices"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Confirm is the part of Tag that uses the listing.
func (s *Store) Confirm(ctx context.Context, image ims.Image, tag ims.Tag) bool {
	_, confirmed := s.confirm(ctx, image, func(tags []ims.Tag) bool { return slices.Contains(tags, tag) })
	return confirmed
}

// Forget does what a write does after its response.
func (s *Store) Forget(image ims.Image) { s.forget(image) }
