// SPDX-License-Identifier: MPL-2.0

package ims

import (
	"errors"
	"io"
	"testing"
)

// A call goes on to add to its own error, which must not change what access tells other calls.
func TestStopErrorDoesNotChangeWithTheErrorOfItsCall(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*Error) evidence{
		"credentials refused": func(e *Error) evidence { return evidence{refused: e} },
		"no response":         func(e *Error) evidence { return evidence{unanswered: e} },
	}
	for name, of := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAccess(0)
			g, err := a.acquire(t.Context(), false)
			if err != nil {
				t.Fatal(err)
			}
			failure := &Error{Attempts: 1}
			a.report(g, of(failure))
			failure.Err = io.ErrUnexpectedEOF
			a.release(g)
			if _, err := a.acquire(t.Context(), false); err == nil || errors.Is(err, io.ErrUnexpectedEOF) || err.Error() != a.stopErr.Error() {
				t.Errorf("the error is %v", err)
			}
			var refused *RefusedError
			if errors.As(a.stopErr, &refused) && refused.First.Err != nil {
				t.Error("the refusal has changed")
			}
		})
	}
}
