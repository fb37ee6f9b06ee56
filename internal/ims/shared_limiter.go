// SPDX-License-Identifier: MPL-2.0

package ims

import "time"

// Limiter keeps the calls of several clients to the rate limit of one service. The service limits the calls of a user, so
// that clients that call one endpoint for the same user, such as with tokens of two projects, share a Limiter.
type Limiter struct {
	limiter *limiter
}

// NewLimiter returns a limiter. requestsPerSecond and concurrentRequests are the limits of all its clients together, zero
// for none. The clock and the jitter may be nil, as in a [Config].
func NewLimiter(
	now func() time.Time, jitter func(limit time.Duration) time.Duration, requestsPerSecond float64, concurrentRequests int,
) *Limiter {
	if now == nil {
		now = time.Now
	}
	if jitter == nil {
		jitter = UniformJitter
	}
	return &Limiter{newLimiter(now, jitter, requestsPerSecond, concurrentRequests)}
}
