package ims

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
)

// Reader reads the tags of images with as few calls as possible: however many tags of an image are asked for, and
// however many goroutines ask, one list call serves them all. What was read stays good until [Reader.Forget], so a
// Reader lives no longer than one walk of Terraform. A read that failed is not remembered.
type Reader struct {
	client *Client

	mu    sync.Mutex
	reads map[Image]*read
}

// read is one list call, in flight or done.
type read struct {
	waiting int
	cancel  context.CancelFunc
	failure atomic.Pointer[Error] // what the last attempt failed with, for those who leave early
	done    chan struct{}
	tags    []Tag
	err     error
}

// NewReader returns a reader that has read nothing.
func NewReader(client *Client) *Reader {
	return &Reader{client: client, reads: make(map[Image]*read)}
}

// Tags returns the tags of an image. The slice is shared: it must not be changed. A caller whose context ends leaves
// at once, and the call goes on for the others.
func (r *Reader) Tags(ctx context.Context, image Image) ([]Tag, error) {
	current := r.join(ctx, image)
	select {
	case <-current.done:
		return current.tags, current.err
	case <-ctx.Done():
		r.leave(image, current)
		return nil, current.left(image, ctx.Err())
	}
}

// Forget makes the next read of an image ask the service. It is called after each write to the image: a call that is
// in flight may have been answered before the write.
func (r *Reader) Forget(image Image) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.reads, image)
}

// join returns the read of an image and starts it if there is none.
func (r *Reader) join(ctx context.Context, image Image) *read {
	r.mu.Lock()
	defer r.mu.Unlock()
	if current, ok := r.reads[image]; ok {
		current.waiting++
		return current
	}

	// The call outlives the context of whoever asked first, and ends when nobody waits for it any more.
	shared, cancel := context.WithCancel(context.WithoutCancel(ctx))
	current := &read{waiting: 1, cancel: cancel, done: make(chan struct{})}
	r.reads[image] = current
	go r.fetch(shared, image, current)
	return current
}

func (r *Reader) fetch(ctx context.Context, image Image, current *read) {
	defer current.cancel()
	current.tags, current.err = r.client.listTags(ctx, image, func(e Error) { current.failure.Store(&e) })
	if current.err != nil {
		r.mu.Lock()
		r.drop(image, current)
		r.mu.Unlock()
	}
	close(current.done)
}

// leave gives up waiting. The last to leave ends the call.
func (r *Reader) leave(image Image, current *read) {
	r.mu.Lock()
	defer r.mu.Unlock()
	current.waiting--
	if current.waiting > 0 {
		return
	}
	r.drop(image, current)
	current.cancel()
}

// left returns the error of a caller that leaves early: why, and why there is no answer yet if that is known.
func (c *read) left(image Image, cause error) error {
	e := Error{Operation: OperationListTags, Method: http.MethodGet, Path: image.tagsPath()}
	if last := c.failure.Load(); last != nil {
		e = *last
	}
	e.Err = errors.Join(e.Err, cause)
	return &e
}

// drop forgets this read, but not one that has taken its place. The caller holds the lock.
func (r *Reader) drop(image Image, current *read) {
	if r.reads[image] == current {
		delete(r.reads, image)
	}
}
