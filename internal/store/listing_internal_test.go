package store

import (
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// A page that was not sent is no call and no fault.
func TestAPageThatWasNotSentDoesNotCount(t *testing.T) {
	t.Parallel()
	l := &listing{pages: 1, succeededReads: 10}
	l.fail(&ims.Error{Err: ims.ErrNotSent})
	if l.pages != 0 || l.transientErrors != 0 || l.done || l.resumeAt != 11 {
		t.Errorf("after %d pages and %d faults it resumes after %d reads, over: %t", l.pages, l.transientErrors, l.resumeAt, l.done)
	}
}

// No more calls are spent on pages than on single images.
func TestAPageIsWorthACallAfterAReadOfItsOwn(t *testing.T) {
	t.Parallel()
	for pages, want := range map[int]bool{0: true, 9: true, 10: false, 11: false} {
		if got := (&listing{reads: 10, pages: pages}).mayRequestPage(); got != want {
			t.Errorf("after %d pages and 10 reads: %t", pages, got)
		}
	}
}
