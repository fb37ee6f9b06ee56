// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"maps"
	"sync"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

// Calls are how often operations were called.
type Calls = map[imstest.Operation]int

var writes = []imstest.Operation{imstest.WriteTag, imstest.DeleteTag, imstest.BatchTags}

// ExpectCalls fails the test when the mock has seen another number of calls of an operation.
func ExpectCalls(t *testing.T, mock *imstest.Server, operation imstest.Operation, want int) {
	t.Helper()
	if got := mock.Count(operation); !isExpected(operation, got-want, mock.Count(writes...)) {
		t.Errorf("%s was called %d times, want %d", operation, got, want)
	}
}

// ExpectAllCalls fails the test when the calls are others.
func ExpectAllCalls(t *testing.T, got, want Calls) {
	t.Helper()
	written := 0
	for _, operation := range writes {
		written += got[operation]
	}
	all := maps.Clone(want)
	maps.Copy(all, got)
	for operation := range all {
		if !isExpected(operation, got[operation]-want[operation], written) {
			t.Errorf("the calls are %v, want %v", got, want)
			return
		}
	}
}

// ExpectNoWrites fails the test when the mock has seen a call that changes anything.
func ExpectNoWrites(t *testing.T, mock *imstest.Server) {
	t.Helper()
	if got := mock.Count(writes...); got != 0 {
		t.Errorf("%d writes were made, want none", got)
	}
}

// isExpected reports whether an operation may be called as often as wanted and so many times more: not at all. The checks of plans
// may read once more for each write of an apply if the provider cannot know that it is one.
func isExpected(operation imstest.Operation, more, written int) bool {
	isRead := operation == imstest.ListTags || operation == imstest.ImagesByTag
	return more == 0 || isRead && more > 0 && more <= written && !AnnouncesApplies()
}

// AnnouncesApplies is [tfrun.AnnouncesApplies] for the Terraform at hand.
var AnnouncesApplies = sync.OnceValue(func() bool {
	path, err := tfrun.Find(tfrun.LookPath)
	if err != nil {
		return true
	}
	found, err := tfrun.Version(context.Background(), path)
	return err == nil && tfrun.AnnouncesApplies(found)
})
