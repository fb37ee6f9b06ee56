package store

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// read is one call that lists the tags of an image, in progress or done.
type read struct {
	*sharedCall

	failure  atomic.Pointer[ims.Error] // of the last attempt, for callers that leave before the call ends
	began    time.Time
	answered time.Time
	tags     []ims.Tag
	err      error
}

// Tag returns a tag of an image as the service has it now, and whether the image has it: not if the image does not exist.
// Known is the tag as it was last seen. If the listing of the project confirms it, the image itself is not read.
func (s *Store) Tag(ctx context.Context, image ims.Image, key string, known ims.Tag) (ims.Tag, bool, error) {
	if s.confirm(ctx, image, known) {
		return known, true, nil
	}
	tags, err := s.Tags(ctx, image)
	if ims.IsImageNotFound(err) {
		return ims.Tag{}, false, nil
	}
	if err != nil {
		return ims.Tag{}, false, err
	}
	tag, found := Find(key, tags)
	return tag, found, nil
}

// Tags returns the tags of an image. All callers that ask for the same image share one call, and its result until the
// image is written; a failed call is not remembered. A caller whose context ends returns at once, and the call goes on for
// the others. For half a minute after a write by this process the result shows that write, even if the service does not
// show it yet. The slice is shared: it must not be changed.
func (s *Store) Tags(ctx context.Context, image ims.Image) ([]ims.Tag, error) {
	if err := ctx.Err(); err != nil {
		return nil, s.abandonedError(image, nil, err)
	}
	current := s.join(ctx, image)
	select {
	case <-current.done:
	case <-ctx.Done():
		s.abandon(image, current)
		return nil, s.abandonedError(image, current.failure.Load(), ctx.Err())
	}
	if current.err != nil {
		return nil, current.err
	}
	return s.recent.correct(image, current.tags, current.began, current.answered), nil
}

// forget makes the next read of an image ask the service. It is called after each write to the image: a call in progress
// may have been answered before the write.
func (s *Store) forget(image ims.Image) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.reads, image)
	s.written[image] = struct{}{}
}

// join returns the read of an image and starts it if there is none.
func (s *Store) join(ctx context.Context, image ims.Image) *read {
	s.mu.Lock()
	defer s.mu.Unlock()
	current, ok := s.reads[image]
	if !ok {
		call, shared := newSharedCall(ctx)
		current = &read{sharedCall: call, began: s.now()}
		s.reads[image] = current
		s.listing(image.ProjectID).singles++
		go s.fetch(shared, image, current)
	}
	current.waiting++
	return current
}

func (s *Store) fetch(ctx context.Context, image ims.Image, current *read) {
	defer current.finish()
	current.tags, current.err = s.client.ListTags(ctx, image, func(e ims.Error) { current.failure.Store(&e) })
	current.answered = s.now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if current.err != nil {
		s.drop(image, current)
		return
	}
	s.listing(image.ProjectID).answered++
}

// abandon stops waiting for a read. The call is cancelled when nobody waits for it.
func (s *Store) abandon(image ims.Image, current *read) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if current.abandon() {
		s.drop(image, current)
	}
}

// abandonedError is the error of a caller that stops waiting: why it does, and what the last attempt failed with. The
// failure is nil if no attempt has failed.
func (s *Store) abandonedError(image ims.Image, failure *ims.Error, cause error) error {
	if failure == nil {
		return &ims.Error{
			Operation: ims.OperationListTags, Method: http.MethodGet, Path: image.TagsPath(), Err: s.client.ExplainWait(cause),
		}
	}
	e := *failure
	e.Err = errors.Join(e.Err, cause)
	return &e
}

// drop forgets this read, but not one that has replaced it. The caller holds the mutex.
func (s *Store) drop(image ims.Image, current *read) {
	if s.reads[image] == current {
		delete(s.reads, image)
	}
}
