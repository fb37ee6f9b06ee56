package store

import (
	"context"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Confirm is the part of Tag that uses the listing.
func (s *Store) Confirm(ctx context.Context, image ims.Image, tag ims.Tag) bool {
	return s.confirm(ctx, image, tag)
}

// Forget does what a write does after its response.
func (s *Store) Forget(image ims.Image) { s.forget(image) }
