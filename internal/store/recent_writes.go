// SPDX-License-Identifier: MPL-2.0

package store

import (
	"slices"
	"sync"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// consistencyDelay is how long after a write the service may still show the tags of before.
const consistencyDelay = 30 * time.Second

// recentWrites remembers the last writes of this process, so that an old value, which an eventually consistent service may
// still show, is not mistaken for a change made by somebody else.
type recentWrites struct {
	now func() time.Time

	mu     sync.Mutex
	images map[ims.Image]map[string]recentWrite // by key
}

// recentWrite is the result of the last write of a tag.
type recentWrite struct {
	ended   time.Time
	value   string
	deleted bool
}

func newRecentWrites(now func() time.Time) *recentWrites {
	return &recentWrites{now: now, images: make(map[ims.Image]map[string]recentWrite)}
}

func (r *recentWrites) addWrite(image ims.Image, tag ims.Tag) {
	r.add(image, tag.Key, recentWrite{value: tag.Value})
}

func (r *recentWrites) addDelete(image ims.Image, key string) {
	r.add(image, key, recentWrite{deleted: true})
}

func (r *recentWrites) add(image ims.Image, key string, write recentWrite) {
	r.mu.Lock()
	defer r.mu.Unlock()
	write.ended = r.now()
	if r.images[image] == nil {
		r.images[image] = make(map[string]recentWrite)
	}
	r.images[image][key] = write
}

// forget removes the write of a tag, because a later write failed: only the service knows the value now.
func (r *recentWrites) forget(image ims.Image, key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.images[image], key)
}

// isIn reports whether the service may not show all writes to a project yet.
func (r *recentWrites) isIn(projectID string, now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for image, writes := range r.images {
		if image.ProjectID != projectID {
			continue
		}
		for _, write := range writes {
			if now.Sub(write.ended) < consistencyDelay {
				return true
			}
		}
	}
	return false
}

// apply returns the tags of an image that a read returned, with the writes that the read may not include yet. It does not
// change the slice.
func (r *recentWrites) apply(image ims.Image, tags []ims.Tag, readStarted, readEnded time.Time) []ims.Tag {
	r.mu.Lock()
	defer r.mu.Unlock()
	for key, write := range r.images[image] {
		if write.ended.Before(readStarted) && readEnded.Sub(write.ended) >= consistencyDelay {
			delete(r.images[image], key)
			continue
		}
		tags = write.applyTo(tags, key)
	}
	return tags
}

func (w recentWrite) applyTo(tags []ims.Tag, key string) []ims.Tag {
	others := slices.DeleteFunc(slices.Clone(tags), func(t ims.Tag) bool { return t.Key == key })
	if w.deleted {
		return others
	}
	return append(others, ims.Tag{Key: key, Value: w.value})
}
