// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"context"
	"time"
)

// network is what happens to a request before it reaches the service.
type network struct {
	latency  time.Duration
	throttle throttle
	reactors []*reactor // in the order in which they are asked
}

// SetLatency delays every request by this time before it is carried out, like a distant service. If the client
// disconnects in the meantime, the request is not carried out.
func (s *Server) SetLatency(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.network.latency = d
}

func (s *Server) latency() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.network.latency
}

// sleep reports whether the client is still connected afterwards.
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
