package store

import (
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// manyImages is how many images of a project are read one by one before its listing is worth a call: a page of the
// listing is a heavier call than a read.
const manyImages = 10

// mostFaults is how many passing faults end a listing.
const mostFaults = 3

// listing is how far the images of a project have been listed, and what for. The mutex of the [Store] guards it.
type listing struct {
	singles  int                  // reads of single images so far
	answered int                  // those of them that succeeded
	pages    int                  // calls of the listing so far, never more than singles
	faults   int                  // pages that a passing fault has cost
	resume   int                  // how many reads have to have succeeded before the next page: after a fault one more
	images   map[string][]ims.Tag // by id
	offset   int                  // of the next page
	over     bool                 // there are no more pages, or no use in asking for them
	page     *sharedCall          // in progress; nil if none is
}

// listing returns the listing of a project. The caller holds the mutex.
func (s *Store) listing(project string) *listing {
	l, ok := s.projects[project]
	if !ok {
		l = &listing{images: make(map[string][]ims.Tag)}
		s.projects[project] = l
	}
	return l
}

// confirm reports whether the listing of all images of the project shows the tag as it is given. When many images have
// been asked for, it fetches the listing page by page, and spends no more calls on that than were spent on single images:
// all in all, never more than twice what reading single images would take. That it does not confirm a tag says nothing:
// then [Store.Tags] is asked. An image that was written by this process, or read by itself, is not looked up.
func (s *Store) confirm(ctx context.Context, image ims.Image, tag ims.Tag) bool {
	if !s.bulk {
		return false
	}
	ctx, cancel := halfTheTime(ctx)
	defer cancel()
	for {
		tags, page := s.look(ctx, image)
		if page == nil {
			return slices.Contains(tags, tag)
		}
		select {
		case <-page.done:
		case <-ctx.Done():
			s.mu.Lock()
			defer s.mu.Unlock()
			page.abandon()
			return false
		}
	}
}

// halfTheTime leaves half of a caller's time for reading the image itself.
func halfTheTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)/2)
}

// look returns what the listing shows of an image, or the page to wait for.
func (s *Store) look(ctx context.Context, image ims.Image) ([]ims.Tag, *sharedCall) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.listing(image.ProjectID)
	_, written := s.written[image]
	_, single := s.reads[image]
	tags, listed := l.images[image.ID]
	switch {
	case written, single:
		return nil, nil
	case listed:
		return tags, nil
	case l.page == nil && !l.worthAPage():
		return nil, nil
	case l.page == nil:
		call, shared := newSharedCall(ctx)
		l.page = call
		l.pages++
		go s.fetchPage(shared, image.ProjectID, l, call)
	}
	l.page.waiting++
	return nil, l.page
}

// worthAPage reports whether the next page is worth a call.
func (l *listing) worthAPage() bool {
	return !l.over && l.singles >= manyImages && l.pages < l.singles && l.answered >= l.resume
}

// fetchPage fetches the next page of a listing. After a passing fault it may be asked for again a few times, each time
// once a read of a single image has shown that the service answers; after any other failure the listing is given up, and
// images are read one by one.
func (s *Store) fetchPage(ctx context.Context, project string, l *listing, current *sharedCall) {
	page, err := s.client.ListImages(ctx, project, l.offset) // nobody else changes it while this page is in progress

	s.mu.Lock()
	defer s.mu.Unlock()
	defer current.finish()
	l.page = nil
	if err != nil {
		l.fail(err)
		return
	}
	maps.Copy(l.images, page.Images)
	l.offset += page.Length
	l.over = page.Last(l.offset) || page.Length < manyImages // that short, reading single images is as good
}

// fail notes that a page failed.
func (l *listing) fail(err error) {
	l.resume = l.answered + 1
	if errors.Is(err, ims.ErrNotSent) {
		l.pages-- // it was no call
		return
	}
	l.faults++
	l.over = !ims.IsTransient(err) || l.faults == mostFaults
}
