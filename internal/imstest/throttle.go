// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"cmp"
	"fmt"
	"net/http"
	"time"
)

// WithThrottle limits the number of calls of the image service in each window of time. The gateway answers the calls
// above the limit with 429 APIGW.0308 and no Retry-After. The first window starts with the first call. Each region has
// a gateway of its own, which counts the calls of that region.
func WithThrottle(limit int, window time.Duration) Option {
	return func(s *Server) {
		s.network.throttle = throttle{limit: limit, window: window, counted: make(map[string]*counted)}
	}
}

// throttle is the rate limit of the gateways. The zero value sets no limit.
type throttle struct {
	limit   int
	window  time.Duration
	counted map[string]*counted // by region
}

// counted is what the gateway of a region counted in its current window.
type counted struct {
	start time.Time
	calls int
}

// of returns the count of a region. A path of no region belongs to the gateway of the default one.
func (t *throttle) of(region string) *counted {
	region = cmp.Or(region, Region)
	if t.counted[region] == nil {
		t.counted[region] = &counted{}
	}
	return t.counted[region]
}

// admits counts a call and reports whether it is within the limit.
func (s *Server) admits(r *Request) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &s.network.throttle
	if t.limit == 0 || r.isIAM() {
		return true
	}
	current := t.of(r.Region)
	if now := s.now(); now.Sub(current.start) >= t.window {
		current.start, current.calls = now, 0
	}
	current.calls++
	return current.calls <= t.limit
}

func (s *Server) throttled() Answer {
	return GatewayError(http.StatusTooManyRequests, "APIGW.0308", fmt.Sprintf(
		"The throttling threshold has been reached: policy user over ratelimit,limit:%d,time:%s",
		s.network.throttle.limit, s.network.throttle.window))
}
