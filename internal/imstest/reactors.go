// SPDX-License-Identifier: MPL-2.0

package imstest

import (
	"slices"
	"sync"
)

// Any selects the requests of every operation, unknown ones included.
const Any Operation = "Any"

// Reaction is called with a request before it is carried out, and may block. It returns the answer to the request, or
// nil to pass the request on to the next reactor, and after the last one to the service.
type Reaction func(Request) *Answer

// reactor is a reaction and the requests it is called for.
type reactor struct {
	operation Operation
	imageID   string // empty: all images, and requests that name no image
	reaction  Reaction
}

func (r *reactor) selects(request *Request) bool {
	return (r.operation == Any || r.operation == request.Operation) && (r.imageID == "" || r.imageID == request.ImageID)
}

// React adds a reactor for the requests of an operation. Reactors are asked in the order in which they were added, and
// the first answer counts. The returned function removes the reactor.
func (s *Server) React(operation Operation, reaction Reaction) (remove func()) {
	return s.addReactor(&reactor{operation: operation, reaction: reaction})
}

// ReactForImage is like [Server.React], for the requests that concern one image.
func (s *Server) ReactForImage(imageID string, operation Operation, reaction Reaction) (remove func()) {
	return s.addReactor(&reactor{operation: operation, imageID: imageID, reaction: reaction})
}

// Force adds a reactor that gives each of the answers to one request of the operation, in this order. It then passes
// all further requests on.
func (s *Server) Force(operation Operation, answers ...Answer) (remove func()) {
	var mu sync.Mutex
	return s.React(operation, func(Request) *Answer {
		mu.Lock()
		defer mu.Unlock()
		if len(answers) == 0 {
			return nil
		}
		next := answers[0]
		answers = answers[1:]
		return &next
	})
}

// ForceAlways adds a reactor that gives the same answer to every request of the operation.
func (s *Server) ForceAlways(operation Operation, answer Answer) (remove func()) {
	return s.React(operation, func(Request) *Answer { return &answer })
}

// ResetReactors removes all reactors, forced answers included.
func (s *Server) ResetReactors() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.network.reactors = nil
}

func (s *Server) addReactor(added *reactor) (remove func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.network.reactors = append(s.network.reactors, added)
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.network.reactors = slices.DeleteFunc(s.network.reactors, func(r *reactor) bool { return r == added })
	}
}

// react returns the first answer of the reactors, or a zero one. It does not hold the lock while it calls them.
func (s *Server) react(request *Request) Answer {
	s.mu.Lock()
	reactors := slices.Clone(s.network.reactors)
	s.mu.Unlock()
	for _, r := range reactors {
		if !r.selects(request) {
			continue
		}
		if answer := r.reaction(request.clone()); answer != nil {
			return *answer
		}
	}
	return Answer{}
}
