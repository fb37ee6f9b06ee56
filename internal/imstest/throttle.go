package imstest

import (
	"fmt"
	"net/http"
	"time"
)

// WithThrottle limits the number of calls of the image service in each window of time. The gateway answers the calls
// above the limit with 429 APIGW.0308 and no Retry-After. The first window starts with the first call.
func WithThrottle(limit int, window time.Duration) Option {
	return func(s *Server) { s.network.throttle = throttle{limit: limit, window: window} }
}

// throttle is the rate limit of the gateway. The zero value sets no limit.
type throttle struct {
	limit  int
	window time.Duration
	start  time.Time // of the current window
	calls  int       // in the current window
}

// admits counts a call and reports whether it is within the limit.
func (s *Server) admits(r *Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &s.network.throttle
	if t.limit == 0 || r.isIAM() {
		return true
	}
	if now := s.now(); now.Sub(t.start) >= t.window {
		t.start, t.calls = now, 0
	}
	t.calls++
	return t.calls <= t.limit
}

func (s *Server) throttled() Answer {
	return GatewayError(http.StatusTooManyRequests, "APIGW.0308", fmt.Sprintf(
		"The throttling threshold has been reached: policy user over ratelimit,limit:%d,time:%s",
		s.network.throttle.limit, s.network.throttle.window))
}
