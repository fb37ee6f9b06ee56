// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"net/http"
	"slices"
)

// overlap is what the service does when two writes to the tags of an image overlap.
type overlap int

const (
	overlapAllowed     overlap = iota // both are carried out, one after the other
	overlapConflicts                  // the later one is answered 409
	overlapLosesUpdate                // the one that ends last reverts the other
)

// WithOverlapConflicts makes the service answer 409 to a write while another write to the same image is in progress, as
// a service does that locks the image.
func WithOverlapConflicts() Option {
	return func(s *Server) { s.consistency.overlap = overlapConflicts }
}

// WithLostUpdates makes a write revert all other writes to the same image since the request came in, as a service does
// that reads all tags, changes one, and writes all of them back.
func WithLostUpdates() Option {
	return func(s *Server) { s.consistency.overlap = overlapLosesUpdate }
}

// beginWrite marks a write to an image as in progress until end is called, and reports whether it is allowed.
func (s *Server) beginWrite(r *Request) (end func(), allowed bool) {
	if s.consistency.overlap == overlapAllowed || !r.isWrite() {
		return func() {}, true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if i, known := s.images.byID[r.ImageID]; known && s.consistency.overlap == overlapLosesUpdate {
		r.seen = slices.Clone(i.tags)
		return func() {}, true
	}
	writing := s.consistency.writing
	writing[r.ImageID]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		writing[r.ImageID]--
	}, writing[r.ImageID] == 1
}

func conflict() Answer {
	return IMSError(http.StatusConflict, "IMG.0018", "The image is being changed by another request.")
}
