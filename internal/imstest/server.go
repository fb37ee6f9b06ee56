// SPDX-License-Identifier: MPL-2.0

// Package imstest is an in-memory mock of the Image Management Service and of IAM, for tests and the demo. It stores
// images and their tags, in one region or several, enforces the limits of the service, authenticates callers, logs all
// requests, and lets a test replace answers.
package imstest

import (
	"mime"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// ProjectID is the project of the user in the default region. Every server knows it.
const ProjectID = "0123456789abcdef0123456789abcdef"

// TB is the part of testing.TB that this package needs. It keeps package testing out of the programs that use the mock.
type TB interface {
	Helper()
	Cleanup(func())
}

// Server is the mock. It is an http.Handler, and safe for concurrent use. Each test starts its own.
type Server struct {
	url string
	now func() time.Time

	mu          sync.Mutex
	iam         identity
	regions     regions
	images      imageStore
	consistency consistency
	network     network
	log         requestLog
}

// Option configures a server.
type Option func(*Server)

// WithClock sets the clock of the server.
func WithClock(now func() time.Time) Option {
	return func(s *Server) { s.now = now }
}

// NewServer returns a server that does not listen.
func NewServer(options ...Option) *Server {
	s := &Server{
		now:         time.Now,
		iam:         newIdentity(),
		regions:     newRegions(),
		images:      newImageStore(),
		consistency: consistency{writing: make(map[string]int)},
	}
	for _, option := range options {
		option(s)
	}
	return s
}

// Start returns a server that listens on a loopback address until the test ends.
func Start(tb TB, options ...Option) *Server {
	tb.Helper()
	s := NewServer(options...)
	tb.Cleanup(s.Listen())
	return s
}

// Listen makes the server listen on a loopback address until stop is called.
func (s *Server) Listen() (stop func()) {
	listener := httptest.NewServer(s)
	s.url = listener.URL
	return func() {
		listener.CloseClientConnections() // ends delays, for which Close would wait
		listener.Close()
	}
}

// URL is the address of a server that listens, without a trailing slash.
func (s *Server) URL() string { return s.url }

// ServeHTTP logs a request and answers it.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	request, err := s.readRequest(r)
	if err != nil {
		panic(http.ErrAbortHandler) // the client disconnected before it had sent all of the request
	}
	entry, id := s.logRequest(request)
	answer := s.answer(r, request)
	s.logAnswer(entry, answer)
	answer.write(w, r, id)
}

// answer decides how a request is answered.
func (s *Server) answer(r *http.Request, request *Request) Answer {
	if s.isDown(request.Region) {
		return Answer{Drop: true}
	}
	if !s.admits(request) {
		return s.throttled()
	}
	end, allowed := s.beginWrite(request)
	defer end()
	forced := s.react(request)
	if !allowed {
		return conflict()
	}
	if !sleep(r.Context(), s.latency()) {
		return Answer{Drop: true}
	}
	return s.answerForced(r, request, forced)
}

// answerForced carries a request out as far as the answer of a reactor lets it.
func (s *Server) answerForced(r *http.Request, request *Request, forced Answer) Answer {
	var own Answer
	if forced.CarryOut {
		own = s.serve(r, request)
	}
	switch {
	case !sleep(r.Context(), forced.Delay) || forced.Drop:
		return Answer{Drop: true}
	case forced.Status != 0:
		return forced
	case forced.CarryOut:
		return own
	default:
		return s.serve(r, request)
	}
}

// serve does the work of the gateway and the services: it authenticates the caller and carries the request out.
func (s *Server) serve(r *http.Request, request *Request) Answer {
	if request.Operation == Unknown {
		return GatewayError(http.StatusNotFound, "APIGW.0101", "The API does not exist or has not been published in the environment")
	}
	if len(request.Body) > 0 && !isJSON(r) {
		return GatewayError(http.StatusUnsupportedMediaType, "APIGW.0106", "The body is not of the content type application/json")
	}
	if request.isIAM() {
		return s.answerIAM(r, request)
	}
	who, refusal, ok := s.authenticate(r, request.Body)
	if !ok {
		return refusal
	}
	if refusal, ok := s.authorize(who, request); !ok {
		return refusal
	}
	return s.carryOut(request)
}

func isJSON(r *http.Request) bool {
	content, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && content == "application/json"
}
