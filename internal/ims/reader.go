package ims

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Reader reads the tags of images with as few calls as possible: however many tags of an image are asked for, and
// however many goroutines ask, one list call serves them all. What was read stays good until [Reader.Forget], so a
// Reader lives no longer than one walk of Terraform. A read that failed is not remembered. A service that shows a write
// only a while later is seen through: for half a minute after a write by the same process, reads show what was written.
type Reader struct {
	client *Client
	recent *recent
	bulk   bool

	mu       sync.Mutex
	reads    map[Image]*read
	written  map[Image]struct{}
	projects map[string]*listing // by project id
}

// read is one list call, in flight or done.
type read struct {
	*flight

	failure  atomic.Pointer[Error] // what the last attempt failed with, for those who leave early
	began    time.Time
	answered time.Time
	tags     []Tag
	err      error
}

// NewReader returns a reader that has read nothing. If bulk is set, [Reader.Confirm] may list all images of a project.
func NewReader(client *Client, bulk bool) *Reader {
	return &Reader{
		client:   client,
		recent:   newRecent(client.now),
		bulk:     bulk,
		reads:    make(map[Image]*read),
		written:  make(map[Image]struct{}),
		projects: make(map[string]*listing),
	}
}

// Tags returns the tags of an image. The slice is shared: it must not be changed. A caller whose context ends leaves
// at once, and the call goes on for the others.
func (r *Reader) Tags(ctx context.Context, image Image) ([]Tag, error) {
	if err := ctx.Err(); err != nil {
		return nil, r.left(image, nil, err)
	}
	current := r.join(ctx, image)
	select {
	case <-current.done:
	case <-ctx.Done():
		r.leave(image, current)
		return nil, r.left(image, current.failure.Load(), ctx.Err())
	}
	if current.err != nil {
		return nil, current.err
	}
	return r.recent.correct(image, current.tags, current.began, current.answered), nil
}

// Forget makes the next read of an image ask the service. It is called after each write to the image: a call that is
// in flight may have been answered before the write.
func (r *Reader) Forget(image Image) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.reads, image)
	r.written[image] = struct{}{}
}

// join returns the read of an image and starts it if there is none.
func (r *Reader) join(ctx context.Context, image Image) *read {
	r.mu.Lock()
	defer r.mu.Unlock()
	current, ok := r.reads[image]
	if !ok {
		f, shared := newFlight(ctx)
		current = &read{flight: f, began: r.client.now()}
		r.reads[image] = current
		r.listing(image.ProjectID).singles++
		go r.fetch(shared, image, current)
	}
	current.waiting++
	return current
}

func (r *Reader) fetch(ctx context.Context, image Image, current *read) {
	defer current.land()
	current.tags, current.err = r.client.listTags(ctx, image, func(e Error) { current.failure.Store(&e) })
	current.answered = r.client.now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if current.err != nil {
		r.drop(image, current)
		return
	}
	r.listing(image.ProjectID).answered++
}

// leave gives up waiting. The last to leave ends the call.
func (r *Reader) leave(image Image, current *read) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if current.leave() {
		r.drop(image, current)
	}
}

// left returns the error of a caller that leaves early: why, and why there is no answer yet if that is known. The last
// failure of the call is nil while it has none.
func (r *Reader) left(image Image, last *Error, cause error) error {
	if last == nil {
		return &Error{
			Operation: OperationListTags, Method: http.MethodGet, Path: image.tagsPath(), Err: r.client.limiter.explain(cause),
		}
	}
	e := *last
	e.Err = errors.Join(e.Err, cause)
	return &e
}

// drop forgets this read, but not one that has taken its place. The caller holds the lock.
func (r *Reader) drop(image Image, current *read) {
	if r.reads[image] == current {
		delete(r.reads, image)
	}
}
