package ims

import "testing"

// A page that was not sent is no call and no fault.
func TestAPageThatWasNotSentDoesNotCount(t *testing.T) {
	t.Parallel()
	l := &listing{pages: 1, answered: 10}
	l.fail(&Error{Err: errNotWaited})
	if l.pages != 0 || l.faults != 0 || l.over || l.resume != 11 {
		t.Errorf("after %d pages and %d faults it resumes after %d reads, over: %t", l.pages, l.faults, l.resume, l.over)
	}
}
