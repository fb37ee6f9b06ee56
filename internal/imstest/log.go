// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"fmt"
	"slices"
)

// requestLog holds the requests that the server received, in the order they came.
type requestLog struct {
	requests []*Request
	ids      int // how many request ids were given out
}

// Requests returns the requests of the given operations in the order they came, or all requests if no operation is given.
func (s *Server) Requests(operations ...Operation) []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	var found []Request
	for _, r := range s.log.requests {
		if len(operations) == 0 || slices.Contains(operations, r.Operation) {
			found = append(found, r.clone())
		}
	}
	return found
}

// Count returns the number of requests of the given operations, or of all requests if no operation is given.
func (s *Server) Count(operations ...Operation) int { return len(s.Requests(operations...)) }

// CountIn is like [Server.Count], for the requests to the image service of a region.
func (s *Server) CountIn(region string, operations ...Operation) int {
	count := 0
	for _, r := range s.Requests(operations...) {
		if r.Region == region {
			count++
		}
	}
	return count
}

// ResetLog removes all requests from the log.
func (s *Server) ResetLog() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.requests = nil
}

// logRequest adds a request to the log and gives it an id.
func (s *Server) logRequest(r *Request) (entry *Request, id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	r.Time = s.now()
	logged := *r
	s.log.requests = append(s.log.requests, &logged)
	s.log.ids++
	return &logged, fmt.Sprintf("req-%08d", s.log.ids)
}

// logAnswer adds the answer to the log entry of a request.
func (s *Server) logAnswer(entry *Request, answer Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	entry.Status, entry.Code = answer.Status, answer.code
}
