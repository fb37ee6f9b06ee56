// SPDX-License-Identifier: MPL-2.0

package store

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// read is a call that lists the tags of an image, in progress or done.
type read struct {
	*sharedCall

	single      bool                      // the call is not retried: a caller that needs the tags makes another one if it fails
	lastFailure atomic.Pointer[ims.Error] // of an attempt, for callers that stop waiting before the call ends
	started     time.Time
	ended       time.Time
	tags        []ims.Tag
	err         error
}

// Tag returns a tag of an image, and whether it exists. It does not exist if the image does not. known is the tag as it is in
// the state: if the listing of the project shows that it is unchanged, the image itself is not read.
func (s *Store) Tag(ctx context.Context, image ims.Image, key string, known ims.Tag) (ims.Tag, bool, error) {
	isKnown := func(tags []ims.Tag) bool { return slices.Contains(tags, known) }
	if _, confirmed := s.confirm(ctx, image, isKnown); confirmed {
		return known, true, nil
	}
	tags, found, err := existing(s.Tags(ctx, image))
	if !found {
		return ims.Tag{}, false, err
	}
	tag, found := Find(key, tags)
	return tag, found, nil
}

// TagSet returns all tags of an image, and whether the image exists. isKnown reports whether tags agree with the state: if the
// listing of the project shows such tags, the image itself is not read. The slice is shared and must not be changed.
func (s *Store) TagSet(ctx context.Context, image ims.Image, isKnown func([]ims.Tag) bool) ([]ims.Tag, bool, error) {
	tags, err := s.TagsOrListed(ctx, image, isKnown)
	return existing(tags, err)
}

// TagsOrListed returns the tags of an image. If the listing of the project shows tags that are enough for the caller, the image
// itself is not read. If they are not, that proves nothing, and the image is read. The slice is shared and must not be changed.
func (s *Store) TagsOrListed(ctx context.Context, image ims.Image, isEnough func([]ims.Tag) bool) ([]ims.Tag, error) {
	if tags, confirmed := s.confirm(ctx, image, isEnough); confirmed {
		return tags, nil
	}
	return s.Tags(ctx, image)
}

// existing returns the result of a read, and whether the image exists.
func existing(tags []ims.Tag, err error) ([]ims.Tag, bool, error) {
	if ims.IsImageNotFound(err) {
		return nil, false, nil
	}
	return tags, err == nil, err
}

// Tags returns the tags of an image: GET /v2/{project_id}/images/{image_id}/tags. All callers that ask for the same image
// share one call, and its result until the image is written. The result of a failed call is not kept, unless it says
// that there is no such image. A caller whose context ends returns at once, and the call goes on for the others. For 30
// seconds after a write of this process, the result includes the write, even if the service does not show it yet. The slice
// is shared and must not be changed.
func (s *Store) Tags(ctx context.Context, image ims.Image) ([]ims.Tag, error) {
	for {
		tags, again, err := s.tags(ctx, image, false)
		if !again {
			return tags, err
		}
	}
}

// tags joins the read of an image. A single read is not retried. If somebody else's single read fails, again is true.
func (s *Store) tags(ctx context.Context, image ims.Image, single bool) (tags []ims.Tag, again bool, err error) {
	if err := ctx.Err(); err != nil {
		return nil, false, s.abandonedError(image, nil, err)
	}
	current := s.join(ctx, image, single)
	select {
	case <-current.done:
	case <-ctx.Done():
		s.abandon(image, current)
		return nil, false, s.abandonedError(image, current.lastFailure.Load(), ctx.Err())
	}
	if current.err != nil {
		return nil, current.single && !single && !ims.IsImageNotFound(current.err), current.err
	}
	return s.recent.apply(image, current.tags, current.started, current.ended), false, nil
}

// forget makes the next caller of [Store.Tags] read the image again. It is called after each write to the image, even if a
// read is in progress, which may not include the write.
func (s *Store) forget(image ims.Image) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.reads, image)
	s.written[image] = struct{}{}
}

// join returns the read of an image, and starts it if there is none.
func (s *Store) join(ctx context.Context, image ims.Image, single bool) *read {
	s.mu.Lock()
	defer s.mu.Unlock()
	current, ok := s.reads[image]
	if !ok {
		call, shared := newSharedCall(ctx)
		current = &read{sharedCall: call, single: single, started: s.now()}
		s.reads[image] = current
		s.listing(image.ProjectID).reads++
		go s.fetch(shared, image, current)
	}
	current.waiting++
	return current
}

func (s *Store) fetch(ctx context.Context, image ims.Image, current *read) {
	defer current.finish()
	list := s.client.ListTags
	if current.single {
		list = s.client.ListTagsOnce
	}
	current.tags, current.err = list(ctx, image, func(e ims.Error) { current.lastFailure.Store(&e) })
	current.ended = s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if current.err != nil {
		if !ims.IsImageNotFound(current.err) {
			s.drop(image, current)
		}
		return
	}
	s.listing(image.ProjectID).succeededReads++
}

// abandon stops waiting for a read. If nobody else waits for it, it cancels the call.
func (s *Store) abandon(image ims.Image, current *read) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if current.abandon() {
		s.drop(image, current)
	}
}

// abandonedError returns the error of a caller that stops waiting: why it stops, and the error of the last attempt, which
// is nil if no attempt has failed.
func (s *Store) abandonedError(image ims.Image, lastFailure *ims.Error, cause error) error {
	if lastFailure == nil {
		return &ims.Error{
			Operation: ims.OperationListTags, Method: http.MethodGet, Path: image.TagsPath(), Err: s.client.ExplainWait(cause),
		}
	}
	e := *lastFailure
	e.Err = errors.Join(e.Err, cause)
	return &e
}

// drop removes a read, unless another one has replaced it. The caller holds the mutex.
func (s *Store) drop(image ims.Image, current *read) {
	if s.reads[image] == current {
		delete(s.reads, image)
	}
}
