package ims

import "slices"

// place is the place of a call in the queue for permits. A call keeps it for all its attempts: one that is throttled
// goes on from where it stood.
type place struct {
	optional bool          // it comes after all that is not
	number   uint64        // in the order of coming; zero until it has joined the queue for the first time
	wake     chan struct{} // holds an element when the call should look again
}

func newPlace(optional bool) *place {
	return &place{optional: optional, wake: make(chan struct{}, 1)}
}

// tell makes the call look again.
func (p *place) tell() {
	select {
	case p.wake <- struct{}{}:
	default: // it has been told
	}
}

// queue holds the calls that wait for a permit, the next one first: in the order they came, and optional ones last. Only
// the head times its wait, so that however many wait, nobody overtakes anybody. The lock of the limiter guards it.
type queue struct {
	waiting []*place
	joined  uint64 // calls that have joined so far
}

func (q *queue) join(p *place) {
	if p.number == 0 {
		q.joined++
		p.number = q.joined
	}
	at, _ := slices.BinarySearchFunc(q.waiting, p, comparePlaces)
	q.waiting = slices.Insert(q.waiting, at, p)
}

// leave takes a call out, wherever it stands, and tells the new head if it was the old one.
func (q *queue) leave(p *place) {
	at := slices.Index(q.waiting, p)
	q.waiting = slices.Delete(q.waiting, at, at+1)
	if at == 0 {
		q.tellHead()
	}
}

func (q *queue) isHead(p *place) bool { return q.waiting[0] == p }

func (q *queue) tellHead() {
	if len(q.waiting) > 0 {
		q.waiting[0].tell()
	}
}

// tellOptional makes all optional calls look again.
func (q *queue) tellOptional() {
	for _, p := range slices.Backward(q.waiting) {
		if !p.optional {
			return
		}
		p.tell()
	}
}

func comparePlaces(a, b *place) int {
	switch {
	case a.optional != b.optional && a.optional:
		return 1
	case a.optional != b.optional || a.number < b.number:
		return -1
	case a.number > b.number:
		return 1
	}
	return 0
}
