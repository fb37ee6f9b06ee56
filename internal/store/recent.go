package store

import (
	"slices"
	"sync"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// settling is how long after a write the service may go on to show readers what was there before.
const settling = 30 * time.Second

// recent remembers what was written moments ago, so that a service that shows writes late is not taken for a change made
// by somebody else.
type recent struct {
	now func() time.Time

	mu     sync.Mutex
	images map[ims.Image]map[string]recentWrite // by key
}

// recentWrite is what a write has left behind.
type recentWrite struct {
	answered time.Time
	value    string
	deleted  bool
}

func newRecent(now func() time.Time) *recent {
	return &recent{now: now, images: make(map[ims.Image]map[string]recentWrite)}
}

func (r *recent) wrote(image ims.Image, tag ims.Tag) {
	r.note(image, tag.Key, recentWrite{value: tag.Value})
}

func (r *recent) deleted(image ims.Image, key string) { r.note(image, key, recentWrite{deleted: true}) }

func (r *recent) note(image ims.Image, key string, write recentWrite) {
	r.mu.Lock()
	defer r.mu.Unlock()
	write.answered = r.now()
	if r.images[image] == nil {
		r.images[image] = make(map[string]recentWrite)
	}
	r.images[image][key] = write
}

// unsure forgets a tag: a write of it failed, so that only the service knows what is there.
func (r *recent) unsure(image ims.Image, key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.images[image], key)
}

// correct returns the tags that an image has by a read that began and was answered at these times, with the writes that
// the read may not show yet. The tags themselves are not changed.
func (r *recent) correct(image ims.Image, tags []ims.Tag, began, answered time.Time) []ims.Tag {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, write := range r.images[image] {
		if write.answered.Before(began) && answered.Sub(write.answered) >= settling {
			delete(r.images[image], key)
			continue
		}
		tags = write.onto(tags, key)
	}
	return tags
}

func (w recentWrite) onto(tags []ims.Tag, key string) []ims.Tag {
	others := slices.DeleteFunc(slices.Clone(tags), func(t ims.Tag) bool { return t.Key == key })
	if w.deleted {
		return others
	}
	return append(others, ims.Tag{Key: key, Value: w.value})
}
