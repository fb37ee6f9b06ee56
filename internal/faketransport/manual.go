// SPDX-License-Identifier: MPL-2.0

package faketransport

import (
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
)

// Manual is a transport whose requests stay open until the test answers them. It must be used in a bubble of
// testing/synctest.
type Manual struct {
	IgnoreCancel bool // requests stay open after their context has ended

	mu    sync.Mutex
	open  []*Request
	total int
	next  chan struct{} // closed by the next request; nil if nobody waits for one
}

// Request is a request that waits for its response.
type Request struct {
	*http.Request

	manual   *Manual
	response chan *http.Response
}

// Answer answers the request.
func (r *Request) Answer(status int, body string, header ...string) {
	r.manual.remove(r)
	r.response <- Response(status, body, header...) //nolint:bodyclose // the client under test closes it
}

// RoundTrip waits until the test answers the request, or its context ends.
func (m *Manual) RoundTrip(r *http.Request) (*http.Response, error) {
	traceSending(r)
	request := m.add(r)
	var ended <-chan struct{}
	if !m.IgnoreCancel {
		ended = r.Context().Done()
	}
	select {
	case response := <-request.response:
		return response, nil
	case <-ended:
		m.remove(request)
		return nil, r.Context().Err()
	}
}

func (m *Manual) add(r *http.Request) *Request {
	m.mu.Lock()
	defer m.mu.Unlock()
	request := &Request{Request: r, manual: m, response: make(chan *http.Response, 1)}
	m.open = append(m.open, request)
	m.total++
	if m.next != nil {
		close(m.next)
		m.next = nil
	}
	return request
}

func (m *Manual) remove(request *Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.open = slices.DeleteFunc(slices.Clone(m.open), func(other *Request) bool { return other == request })
}

// Open waits until all goroutines are blocked, checks the number of open requests, and returns them, oldest first.
func (m *Manual) Open(t *testing.T, want int) []*Request {
	t.Helper()
	synctest.Wait()
	open := m.clone()
	if len(open) != want {
		t.Fatalf("%d requests are open, want %d", len(open), want)
	}
	return open
}

// Answer waits until all goroutines are blocked, and answers the oldest open request.
func (m *Manual) Answer(t *testing.T, status int, body string, header ...string) {
	t.Helper()
	synctest.Wait()
	open := m.clone()
	if len(open) == 0 {
		t.Fatal("no request is open")
	}
	open[0].Answer(status, body, header...)
}

// AnswerAll answers all open requests.
func (m *Manual) AnswerAll(status int, body string) {
	for _, request := range m.clone() {
		request.Answer(status, body)
	}
}

func (m *Manual) clone() []*Request {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.open)
}

// Total waits until all goroutines are blocked, and checks how many requests were sent so far.
func (m *Manual) Total(t *testing.T, want int) {
	t.Helper()
	synctest.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.total != want {
		t.Errorf("%d requests were sent, want %d", m.total, want)
	}
}

// Next returns a channel that is closed by the next request. No request may be open.
func (m *Manual) Next(t *testing.T) <-chan struct{} {
	t.Helper()
	m.Open(t, 0)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.next = make(chan struct{})
	return m.next
}
