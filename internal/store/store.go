// Package store reads and writes the tags of images for one run of Terraform. It turns what many resources ask for at the
// same time into few calls of the service: reads of an image are one call, and reads of many images a list. It writes to
// an image one call at a time, remembers its own writes, and keeps a delete from removing a tag that another resource owns.
package store

import (
	"sync"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Options is what a [Store] is made of besides a client.
type Options struct {
	// Bulk lets [Store.Tag] list all images of a project when it is asked for many of them.
	Bulk bool

	// Locks orders the writes of several processes, if set.
	Locks *FileLocks

	// Now is the clock. The default is [time.Now].
	Now func() time.Time
}

// Store holds what is known of the tags of images. What was read stays valid until the image is written, so a Store lives
// no longer than one walk of Terraform. It is safe for concurrent use.
type Store struct {
	client *ims.Client
	recent *recent
	bulk   bool
	locks  *FileLocks
	now    func() time.Time

	mu       sync.Mutex
	reads    map[ims.Image]*read
	written  map[ims.Image]struct{}
	projects map[string]*listing         // by project id
	writing  map[ims.Image]chan struct{} // each holds an element while a write is in progress
}

// New returns a store that has read and written nothing.
func New(client *ims.Client, options Options) *Store {
	if options.Now == nil {
		options.Now = time.Now
	}
	return &Store{
		client:   client,
		recent:   newRecent(options.Now),
		bulk:     options.Bulk,
		locks:    options.Locks,
		now:      options.Now,
		reads:    make(map[ims.Image]*read),
		written:  make(map[ims.Image]struct{}),
		projects: make(map[string]*listing),
		writing:  make(map[ims.Image]chan struct{}),
	}
}
