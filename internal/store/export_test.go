package store

import (
	"context"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Confirm is the first half of Tag.
func (s *Store) Confirm(ctx context.Context, image ims.Image, tag ims.Tag) bool {
	return s.confirm(ctx, image, tag)
}

// Forget is what a write to an image ends with.
func (s *Store) Forget(image ims.Image) { s.forget(image) }
