package imstest

import (
	"fmt"
	"net/http"
	"time"
)

// WithThrottle makes the gateway take so many calls of the image service in each window of time, and answer the others
// 429 APIGW.0308 without a Retry-After. The first window begins with the first call.
func WithThrottle(most int, window time.Duration) Option {
	return func(s *Server) { s.throttle = throttle{most: most, window: window} }
}

// throttle is the gateway's limit; a zero one takes all.
type throttle struct {
	most   int
	window time.Duration
	began  time.Time
	taken  int // in this window
}

// takes reports whether the limit lets a call through, and counts it.
func (s *Server) takes(r *Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &s.throttle
	if t.most == 0 || r.isIAM() {
		return true
	}
	if now := s.now(); now.Sub(t.began) >= t.window {
		t.began, t.taken = now, 0
	}
	t.taken++
	return t.taken <= t.most
}

func (s *Server) tooMany() Answer {
	return GatewayError(http.StatusTooManyRequests, "APIGW.0308", fmt.Sprintf(
		"The throttling threshold has been reached: policy user over ratelimit,limit:%d,time:%s", s.throttle.most, s.throttle.window))
}
