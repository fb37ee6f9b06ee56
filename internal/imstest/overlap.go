package imstest

import (
	"net/http"
	"slices"
)

// What the service does when two writes of the tags of an image overlap.
type overlap int

const (
	overlapAllowed   overlap = iota // each is carried out as a whole
	overlapConflicts                // the later one is answered 409
	overlapLoses                    // the one that ends last undoes what the other did
)

// WithOverlapConflicts makes the service answer 409 to a write of an image's tags while another one of the same image is
// on its way, as a service does that locks the image.
func WithOverlapConflicts() Option {
	return func(s *Server) { s.overlap = overlapConflicts }
}

// WithLostUpdates makes a write of an image's tags undo what others have written since it came, as a service does that
// reads all tags, changes one and writes all of them back.
func WithLostUpdates() Option {
	return func(s *Server) { s.overlap = overlapLoses }
}

// begin notes that a write of an image is on its way, and reports whether it may be. The result ends it.
func (s *Server) begin(r *Request) (end func(), ok bool) {
	if s.overlap == overlapAllowed || !r.isWrite() {
		return func() {}, true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, known := s.images[r.ImageID]; known && s.overlap == overlapLoses {
		r.seen = slices.Clone(i.tags)
		return func() {}, true
	}
	s.writing[r.ImageID]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.writing[r.ImageID]--
	}, s.writing[r.ImageID] == 1
}

func overlaps() Answer {
	return IMSError(http.StatusConflict, "IMG.0018", "The image is being changed by another request.")
}
