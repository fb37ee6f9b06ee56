// SPDX-License-Identifier: MPL-2.0

// Package faketransport provides HTTP transports without a network, for tests in a bubble of testing/synctest.
package faketransport

import (
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"time"
)

// Scripted is a transport that answers each request by calling a function, and records the requests.
type Scripted struct {
	// Answer returns the response to a request. The number of the first request is 1.
	Answer func(number int, r *http.Request) (*http.Response, error)

	mu     sync.Mutex
	times  []time.Time
	bodies []string
}

// RoundTrip records a request and answers it.
func (s *Scripted) RoundTrip(r *http.Request) (*http.Response, error) {
	traceSending(r)
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	s.mu.Lock()
	s.times = append(s.times, time.Now())
	s.bodies = append(s.bodies, string(body))
	number := len(s.times)
	s.mu.Unlock()
	return s.Answer(number, r)
}

// traceSending tells the [httptrace.ClientTrace] of a request that it has a connection, as net/http does before it sends it.
func traceSending(r *http.Request) {
	if trace := httptrace.ContextClientTrace(r.Context()); trace != nil && trace.GotConn != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
}

// Sent returns the number of requests.
func (s *Scripted) Sent() int { return len(s.Times()) }

// Times returns when each request was sent.
func (s *Scripted) Times() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.times)
}

// Bodies returns the body of each request.
func (s *Scripted) Bodies() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.bodies)
}

// Waits returns the times between each request and the next.
func (s *Scripted) Waits() []time.Duration {
	times := s.Times()
	var waits []time.Duration
	for i := 1; i < len(times); i++ {
		waits = append(waits, times[i].Sub(times[i-1]))
	}
	return waits
}

// Response returns a response. The header is a list of alternating names and values.
func Response(status int, body string, header ...string) *http.Response {
	h := make(http.Header)
	for i := 0; i < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}
