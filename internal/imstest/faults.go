package imstest

import (
	"context"
	"net/http"
	"time"
)

// Answer is an answer that a test asks for instead of the service's own. With neither a status nor Drop, the request
// is carried out and answered as usual, after the delay.
type Answer struct {
	Status int
	Header http.Header // over the usual headers; nil instead of values leaves one out, such as X-Request-Id
	Body   string      // "{request_id}" in it becomes the request id

	// CarryOut carries the request out at once, and then answers like this. With Drop it is an answer that got lost,
	// with an error a gateway that gave up on a service that did its work, with Delay a slow answer.
	CarryOut bool

	// Drop closes the connection without an answer, as a gateway does that restarts. A GET that is dropped on a
	// connection that was used before is sent again by Go's transport itself.
	Drop bool

	// Delay waits before the answer, until the client goes away at the longest. What was not carried out by then is not
	// carried out at all.
	Delay time.Duration

	// Drip is the pause after each byte of the body.
	Drip time.Duration

	// Padding is how many spaces follow the body, as an answer that does not end.
	Padding int64

	code string
}

// IMSError is an error in the shape of the service, such as 400 IMG.0115.
func IMSError(status int, code, message string) Answer {
	return Answer{Status: status, Body: string(imsBody(code, message)), code: code}
}

// GatewayError is an error in the shape of the API gateway, such as 429 APIGW.0308. Its body has the request id.
func GatewayError(status int, code, message string) Answer {
	return Answer{Status: status, Body: string(gatewayBody(code, message)), code: code}
}

// HTML is a page, as a proxy or a login portal answers with.
func HTML(status int) Answer {
	return Answer{
		Status: status,
		Header: http.Header{"Content-Type": {"text/html"}},
		Body: "<!DOCTYPE html><html><head><title>Sign in</title><style>p{color:red}</style></head>" +
			"<body><h1>Sign in</h1><p>Please sign in to the network.</p></body></html>",
	}
}

func (a Answer) reply() reply {
	return reply{
		status: a.Status, header: a.Header, body: []byte(a.Body), code: a.code, drip: a.Drip, padding: a.Padding,
	}
}

// after returns the answer to a request that was carried out already.
func (a Answer) after(ctx context.Context, carried reply) reply {
	if !sleep(ctx, a.Delay) || a.Drop {
		return dropped()
	}
	if a.Status == 0 {
		return carried
	}
	return a.reply()
}

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
