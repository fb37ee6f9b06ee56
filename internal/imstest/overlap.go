package imstest

import "net/http"

// WithOverlapConflicts makes the service answer 409 to a write of an image's tags while another one of the same image is
// on its way, as a service does that locks the image.
func WithOverlapConflicts() Option {
	return func(s *Server) { s.writing = make(map[string]int) }
}

// begin notes that a write of an image is on its way, and reports whether it may be. The result ends it.
func (s *Server) begin(r *Request) (end func(), ok bool) {
	if s.writing == nil || r.ImageID == "" || r.Operation == ListTags {
		return func() {}, true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writing[r.ImageID]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.writing[r.ImageID]--
	}, s.writing[r.ImageID] == 1
}

func overlaps() reply {
	return imsFault(http.StatusConflict, "IMG.0018", "The image is being changed by another request.")
}
