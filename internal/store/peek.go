// SPDX-License-Identifier: MPL-2.0

package store

import (
	"context"
	"errors"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

const (
	// peekTimeout is how long [Store.Peek] waits for the listing, and then for the tags of an image.
	peekTimeout = 5 * time.Second

	// maxFailedPeeks is the number of images whose tags [Store.Peek] could not get, after which it makes no more calls.
	maxFailedPeeks = 3
)

// ErrNoPeek says that [Store.Peek] does not know the tags of an image and makes no call for them.
var ErrNoPeek = errors.New("the tags of the image are not read for a check")

// peeks records for which images [Store.Peek] makes no more calls. The mutex of the [Store] guards it.
type peeks struct {
	failed  map[ims.Image]struct{}
	stopped bool
}

// Peek is like [Store.Tags], for a caller that can do without the answer. It makes no call if the listing of the project shows
// the image or a read of the image is in progress or done, and none for an image that this process has written. It waits at
// most a few seconds, and a call that fails is not repeated: if the service does not respond in time, or not for several
// images, Peek makes no more calls at all.
func (s *Store) Peek(ctx context.Context, image ims.Image) ([]ims.Tag, error) {
	if !s.mayPeek(image) {
		return nil, ErrNoPeek
	}
	listing, cancel := context.WithTimeout(ctx, peekTimeout)
	defer cancel()
	if tags, listed := s.listed(listing, image); listed {
		return tags, nil
	}
	ctx, cancel = context.WithTimeout(ctx, peekTimeout)
	defer cancel()
	tags, _, err := s.tags(ctx, image, true)
	if err != nil && !ims.IsImageNotFound(err) {
		s.recordFailedPeek(image, err)
	}
	return tags, err
}

func (s *Store) mayPeek(image ims.Image) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, written := s.written[image]
	_, failed := s.peeks.failed[image]
	return !written && !failed && !s.peeks.stopped
}

func (s *Store) recordFailedPeek(image ims.Image, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.peeks.failed == nil {
		s.peeks.failed = make(map[ims.Image]struct{})
	}
	s.peeks.failed[image] = struct{}{}
	isSlow := errors.Is(err, context.DeadlineExceeded) || errors.Is(err, ims.ErrNotSent)
	s.peeks.stopped = s.peeks.stopped || isSlow || len(s.peeks.failed) >= maxFailedPeeks
}
