// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"errors"
	"iter"
	"net/http"
)

var errNoProgress = errors.New("the service returned a page of images that it had returned before")

// nextPage requests the next page, and reports whether it is the last.
type nextPage[T any] func() (page []T, last bool, sent request, err error)

// eachOnce returns the elements of all pages, and each element once, although pages shift when images are added or removed
// in between. A page with nothing new that is not the last is an error: the service ignores where the page has to start, and
// would return it for ever.
func eachOnce[T any](id func(T) string, first func() nextPage[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		next, seen := first(), make(map[string]bool)
		for {
			page, last, sent, err := next()
			if err != nil {
				yield(*new(T), err)
				return
			}
			known := len(seen)
			for _, element := range page {
				if seen[id(element)] {
					continue
				}
				seen[id(element)] = true
				if !yield(element, nil) {
					return
				}
			}
			if last {
				return
			}
			if len(seen) == known {
				yield(*new(T), sent.noProgress())
				return
			}
		}
	}
}

// noProgress is the error of a call that returned the same page as the one before.
func (r request) noProgress() error {
	return &Error{
		Operation: r.operation, Method: r.method, Path: r.path, StatusCode: http.StatusOK, Attempts: 1, Err: errNoProgress,
	}
}
