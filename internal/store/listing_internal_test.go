// SPDX-License-Identifier: MPL-2.0

package store

import (
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

func TestPageThatWasNotSentDoesNotCount(t *testing.T) {
	t.Parallel()
	l := &listing{pages: 1, succeededReads: 10}
	l.fail(&ims.Error{Err: ims.ErrNotSent})
	if l.pages != 0 || l.transientErrors != 0 || l.done || l.resumeAt != 11 {
		t.Errorf("there are %d pages and %d transient errors; it resumes after %d reads, done: %t", l.pages, l.transientErrors, l.resumeAt, l.done)
	}
}

func TestNoMorePagesThanReads(t *testing.T) {
	t.Parallel()
	for pages, want := range map[int]bool{0: true, 9: true, 10: false, 11: false} {
		if got := (&listing{reads: 10, pages: pages}).mayRequestPage(); got != want {
			t.Errorf("after %d pages and 10 reads: %t", pages, got)
		}
	}
}
