// SPDX-License-Identifier: MPL-2.0

// Package store reads and writes the tags of images for one run of Terraform. It needs few calls for many resources:
// concurrent reads of an image share one call, and many images are listed a thousand at a time. It writes to an image one
// call at a time, remembers its own writes, and does not delete a tag that another resource claims.
package store

import (
	"sync"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Options configures a [Store].
type Options struct {
	// Bulk allows [Store.Tag] to list all images of a project after it has read many of them.
	Bulk bool

	// Locks, if set, makes several processes write to an image one at a time.
	Locks *FileLocks

	// Now is the clock. The default is [time.Now].
	Now func() time.Time
}

// Store reads and writes the tags of images. It keeps what it has read until it writes to the image, so it must not be used
// for longer than one run of Terraform. It is safe for concurrent use.
type Store struct {
	client *ims.Client
	recent *recentWrites
	bulk   bool
	locks  *FileLocks
	now    func() time.Time

	mu       sync.Mutex
	reads    map[ims.Image]*read
	written  map[ims.Image]struct{}      // images that this process has written
	projects map[string]*listing         // by project id
	writing  map[ims.Image]chan struct{} // a channel holds an element during a write
	peeks    peeks
	deletes  deletes
}

// New returns an empty store.
func New(client *ims.Client, options Options) *Store {
	if options.Now == nil {
		options.Now = time.Now
	}
	return &Store{
		client:   client,
		recent:   newRecentWrites(options.Now),
		bulk:     options.Bulk,
		locks:    options.Locks,
		now:      options.Now,
		reads:    make(map[ims.Image]*read),
		written:  make(map[ims.Image]struct{}),
		projects: make(map[string]*listing),
		writing:  make(map[ims.Image]chan struct{}),
	}
}
