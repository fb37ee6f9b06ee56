package imstest

import (
	"context"
	"time"
)

// Force makes the next calls of an operation be answered like this, one answer a call, whoever calls. The hook of
// OnRequest does not see these calls.
func (s *Server) Force(operation Operation, answers ...Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults[operation] = append(s.faults[operation], answers...)
}

// OnRequest sets a function that is called for each request before it is carried out, and that may block. With a
// result the request is answered like that, with nil it goes on. A nil function removes it.
func (s *Server) OnRequest(hook func(Request) *Answer) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hook = hook
}

// due returns the answer that a test asked for, a zero one if it did not, and how long any request waits.
func (s *Server) due(r Request) (Answer, time.Duration) {
	s.mu.Lock()
	hook, latency := s.hook, s.latency
	queue := s.faults[r.Operation]
	if len(queue) > 0 {
		s.faults[r.Operation] = queue[1:]
	}
	s.mu.Unlock()

	if len(queue) > 0 {
		return queue[0], latency
	}
	if hook == nil {
		return Answer{}, latency
	}
	if answer := hook(r.clone()); answer != nil {
		return *answer, latency
	}
	return Answer{}, latency
}

// sleep reports whether the client is still there afterwards.
func sleep(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
