// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"slices"
	"time"
)

// consistency is how the service treats reads and writes of an image that happen at nearly the same time.
type consistency struct {
	overlap   overlap
	writing   map[string]int // writes in progress, by image
	readDelay time.Duration  // until reads return what was written
}

// WithReadDelay makes reads return a write only after a delay, as a service does that reads from a replica. Writes
// themselves, and changes that a test makes without a call of the API, take effect at once.
func WithReadDelay(delay time.Duration) Option {
	return func(s *Server) { s.consistency.readDelay = delay }
}

// formerTags are tags that reads still return until some time.
type formerTags struct {
	until time.Time
	tags  []Tag
}

// keepFormer keeps the tags of an image that is about to be written, for the reads until the delay is over.
func (s *Server) keepFormer(i *image) {
	if s.consistency.readDelay > 0 {
		i.former = append(i.former, formerTags{until: s.now().Add(s.consistency.readDelay), tags: slices.Clone(i.tags)})
	}
}

// visible returns the tags of an image that a read returns now. The result is a copy, and never nil.
func (s *Server) visible(i *image) []Tag {
	now := s.now()
	i.former = slices.DeleteFunc(i.former, func(f formerTags) bool { return !f.until.After(now) })
	if len(i.former) > 0 {
		return append([]Tag{}, i.former[0].tags...)
	}
	return append([]Tag{}, i.tags...)
}
