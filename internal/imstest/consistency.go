package imstest

import (
	"slices"
	"time"
)

// WithReadDelay makes readers see a write only after a delay, as a service does that reads from a copy. The writes
// themselves, and what a test does behind the API's back, are there at once.
func WithReadDelay(delay time.Duration) Option {
	return func(s *Server) { s.readDelay = delay }
}

// formerTags are the tags that readers still see until a time.
type formerTags struct {
	until time.Time
	tags  []Tag
}

// remember keeps what readers go on to see of an image that is about to be written.
func (s *Server) remember(i *image) {
	if s.readDelay > 0 {
		i.former = append(i.former, formerTags{until: s.now().Add(s.readDelay), tags: slices.Clone(i.tags)})
	}
}

// visible returns the tags of an image as readers see them now. The result is a copy, and never nil.
func (s *Server) visible(i *image) []Tag {
	now := s.now()
	i.former = slices.DeleteFunc(i.former, func(f formerTags) bool { return !f.until.After(now) })
	if len(i.former) > 0 {
		return append([]Tag{}, i.former[0].tags...)
	}
	return append([]Tag{}, i.tags...)
}
