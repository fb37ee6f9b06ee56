package ims

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"
)

// manyImages is how many images of a project are read one by one before its listing is worth a call: a page of the
// listing is a heavier call than a read.
const manyImages = 10

// mostFaults is how many passing faults end a listing.
const mostFaults = 3

// listing is how far the images of a project have been listed, and what for. The lock of the [Reader] guards it.
type listing struct {
	singles  int              // reads of single images so far
	answered int              // those of them that succeeded
	pages    int              // calls of the listing so far, never more than singles
	faults   int              // pages that a passing fault has cost
	resume   int              // how many reads have to have succeeded before the next page: after a fault one more
	images   map[string][]Tag // by id
	offset   int              // of the next page
	over     bool             // there are no more pages, or no use in asking for them
	page     *flight          // on its way; nil if none is
}

// listing returns the listing of a project. The caller holds the lock.
func (r *Reader) listing(project string) *listing {
	l, ok := r.projects[project]
	if !ok {
		l = &listing{images: make(map[string][]Tag)}
		r.projects[project] = l
	}
	return l
}

// Confirm reports whether the listing of all images of the project shows the tag as it is given. When many images have
// been asked for, it fetches the listing page by page, and spends no more calls on that than were spent on single images:
// all in all, never more than twice what reading single images would take. That it does not confirm a tag says nothing:
// then [Reader.Tags] is asked. An image that was written by this process, or read by itself, is not looked up.
func (r *Reader) Confirm(ctx context.Context, image Image, tag Tag) bool {
	if !r.bulk {
		return false
	}
	ctx, cancel := patience(ctx)
	defer cancel()
	for {
		tags, page := r.look(ctx, image)
		if page == nil {
			return slices.Contains(tags, tag)
		}
		select {
		case <-page.done:
		case <-ctx.Done():
			r.mu.Lock()
			defer r.mu.Unlock()
			page.leave()
			return false
		}
	}
}

// patience leaves half of a caller's time for reading the image itself.
func patience(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)/2)
}

// look returns what the listing shows of an image, or the page to wait for.
func (r *Reader) look(ctx context.Context, image Image) ([]Tag, *flight) {
	r.mu.Lock()
	defer r.mu.Unlock()
	l := r.listing(image.ProjectID)
	_, written := r.written[image]
	_, single := r.reads[image]
	tags, listed := l.images[image.ID]
	switch {
	case written, single:
		return nil, nil
	case listed:
		return tags, nil
	case l.page == nil && !l.worthAPage():
		return nil, nil
	case l.page == nil:
		f, shared := newFlight(ctx)
		l.page = f
		l.pages++
		go r.turnPage(shared, image.ProjectID, l, f)
	}
	l.page.waiting++
	return nil, l.page
}

// worthAPage reports whether the next page is worth a call.
func (l *listing) worthAPage() bool {
	return !l.over && l.singles >= manyImages && l.pages < l.singles && l.answered >= l.resume
}

// turnPage fetches the next page of a listing. After a passing fault it may be asked for again a few times, each time
// once a read of a single image has shown that the service answers; after any other failure the listing is given up, and
// images are read one by one.
func (r *Reader) turnPage(ctx context.Context, project string, l *listing, current *flight) {
	page, err := r.client.listImages(ctx, project, l.offset) // nobody else changes it while this page is on its way

	r.mu.Lock()
	defer r.mu.Unlock()
	defer current.land()
	l.page = nil
	if err != nil {
		l.fail(err)
		return
	}
	maps.Copy(l.images, page.images)
	l.offset += page.length
	l.over = page.last(l.offset) || page.length < manyImages // that short, reading single images is as good
}

// fail takes what a page failed with.
func (l *listing) fail(err error) {
	l.resume = l.answered + 1
	if errors.Is(err, errNotWaited) {
		l.pages-- // it was no call
		return
	}
	l.faults++
	l.over = !mayPassSoon(err) || l.faults == mostFaults
}

// mayPassSoon reports whether the same page can be had when it is asked for again: not if it took longer than a call may
// take, or than anybody had time to wait.
func mayPassSoon(err error) bool {
	var e *Error
	var slow *attemptTimeoutError
	return errors.As(err, &e) && e.retryable() && !errors.As(err, &slow) && !errors.Is(err, context.Canceled)
}
