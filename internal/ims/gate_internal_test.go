package ims

import (
	"errors"
	"io"
	"testing"
)

// What the gate tells all calls does not change with the call that learnt it, which goes on to add to its own error.
func TestWhatTheGateTellsStaysAsItWas(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*Error) verdict{
		"a refusal": func(e *Error) verdict { return verdict{refusal: e} },
		"a silence": func(e *Error) verdict { return verdict{silence: e} },
	}
	for name, of := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGate(0)
			p, err := g.enter(t.Context(), false)
			if err != nil {
				t.Fatal(err)
			}
			failure := &Error{Attempts: 1}
			g.settle(p, of(failure))
			failure.Err = io.ErrUnexpectedEOF
			g.leave(p)
			if _, err := g.enter(t.Context(), false); err == nil || errors.Is(err, io.ErrUnexpectedEOF) || err.Error() != g.closed.Error() {
				t.Errorf("the error is %v", err)
			}
			var refused *RefusedError
			if errors.As(g.closed, &refused) && refused.First.Err != nil {
				t.Error("the refusal has changed")
			}
		})
	}
}
