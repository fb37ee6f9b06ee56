// SPDX-License-Identifier: MPL-2.0

package store

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// minReads is the number of images of a project that are read one by one before its images are listed. A page of the
// listing is a more expensive call than the read of one image.
const minReads = 10

// maxTransientErrors is the number of transient errors after which a listing is given up.
const maxTransientErrors = 3

// listing is the state of listing the images of a project, page by page. The mutex of the [Store] guards it.
type listing struct {
	images map[string][]ims.Tag // the tags of each image that was listed, by image id
	offset int                  // of the next page
	page   *sharedCall          // in progress; nil if there is none
	done   bool                 // there are no more pages, or the listing was given up

	reads           int // reads of single images that were started
	succeededReads  int // reads of single images that succeeded
	pages           int // pages that were requested; never more than reads
	transientErrors int // pages that failed with a transient error
	resumeAt        int // the number of succeeded reads before the next page is requested
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

// addListed adds an image with all its tags to the listing of the project.
func (s *Store) addListed(image ims.Image, tags []ims.Tag) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listing(image.ProjectID).images[image.ID] = tags
}

// confirm returns the tags of an image in the listing of the project, and whether they are the known ones. If they are not,
// that proves nothing, and the image must be read. confirm requests the pages of the listing after many images have been
// read, and never more pages than images were read: at worst, a run makes twice as many calls as without a listing. It does
// not use the listing for an image that this process has written, or reads already.
func (s *Store) confirm(ctx context.Context, image ims.Image, isKnown func([]ims.Tag) bool) ([]ims.Tag, bool) {
	ctx, cancel := withHalfTheTime(ctx)
	defer cancel()
	tags, listed := s.listed(ctx, image)
	return tags, listed && isKnown(tags)
}

// listed returns the tags of an image in the listing of its project, and whether it is listed.
func (s *Store) listed(ctx context.Context, image ims.Image) (tags []ims.Tag, listed bool) {
	if !s.bulk {
		return nil, false
	}
	for {
		tags, page := s.lookUp(ctx, image)
		if page == nil {
			return tags, tags != nil
		}
		select {
		case <-page.done:
		case <-ctx.Done():
			s.mu.Lock()
			defer s.mu.Unlock()
			page.abandon()
			return nil, false
		}
	}
}

// withHalfTheTime returns a context that ends half-way to the deadline, so that there is time left to read the image.
func withHalfTheTime(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, time.Until(deadline)/2)
}

// lookUp returns the tags of an image in the listing, or the page to wait for before looking again. Both are nil if the
// listing cannot help.
func (s *Store) lookUp(ctx context.Context, image ims.Image) ([]ims.Tag, *sharedCall) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.listing(image.ProjectID)
	_, written := s.written[image]
	_, read := s.reads[image]
	tags, listed := l.images[image.ID]
	switch {
	case written, read:
		return nil, nil
	case listed:
		return tags, nil
	case l.page == nil && !l.mayRequestPage():
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

// mayRequestPage reports whether the next page is worth a call.
func (l *listing) mayRequestPage() bool {
	return !l.done && l.reads >= minReads && l.pages < l.reads && l.succeededReads >= l.resumeAt
}

// fetchPage requests the next page of a listing.
func (s *Store) fetchPage(ctx context.Context, project string, l *listing, current *sharedCall) {
	page, err := s.client.ListTaggedImages(ctx, project, l.offset) // the offset does not change while a page is in progress

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
	l.done = page.Last(l.offset) || page.Length < minReads // reading so few images one by one is as good
}

// fail takes the error of a page. After a transient error the page is requested again a few times, each time after a read
// of a single image has shown that the service responds. After any other error, images are read one by one.
func (l *listing) fail(err error) {
	l.resumeAt = l.succeededReads + 1
	if errors.Is(err, ims.ErrNotSent) {
		l.pages-- // there was no call
		return
	}
	l.transientErrors++
	l.done = !ims.IsTransient(err) || l.transientErrors == maxTransientErrors
}
