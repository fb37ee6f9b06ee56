// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"context"
	"maps"
	"os"
	"os/exec"
	"strings"
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
	got := Calls{operation: mock.Count(operation)}
	if !mayBe(got, Calls{operation: want}, mock.Count(writes...)) {
		t.Errorf("%s was called %d times, want %d", operation, got[operation], want)
	}
}

// ExpectAllCalls fails the test when the calls are others.
func ExpectAllCalls(t *testing.T, got, want Calls) {
	t.Helper()
	written := 0
	for _, operation := range writes {
		written += got[operation]
	}
	if !mayBe(got, want, written) {
		t.Errorf("the calls are %v, want %v", got, want)
	}
}

// ExpectNoWrites fails the test when the mock has seen a call that changes anything.
func ExpectNoWrites(t *testing.T, mock *imstest.Server) {
	t.Helper()
	if got := mock.Count(writes...); got != 0 {
		t.Errorf("%d writes were made, want none", got)
	}
}

// mayBe reports whether the calls are the wanted ones. The checks of plans may read once more for each write of an apply if the
// provider cannot know that it is one.
func mayBe(got, want Calls, written int) bool {
	got = maps.Clone(got)
	for _, read := range []imstest.Operation{imstest.ListTags, imstest.ImagesByTag} {
		if more := got[read] - want[read]; more > 0 && more <= written && !AnnouncesApplies() {
			got[read] -= more
		}
	}
	maps.DeleteFunc(got, func(_ imstest.Operation, count int) bool { return count == 0 })
	want = maps.Clone(want)
	maps.DeleteFunc(want, func(_ imstest.Operation, count int) bool { return count == 0 })
	return maps.Equal(got, want)
}

// AnnouncesApplies is [tfrun.AnnouncesApplies] for the Terraform at hand.
var AnnouncesApplies = sync.OnceValue(func() bool {
	path, err := tfrun.Find(tfrun.LookPath)
	if err != nil {
		return true
	}
	command := exec.CommandContext(context.Background(), path, "version") //nolint:gosec // it is the Terraform of the tests
	command.Env = tfrun.CleanEnvironment(os.Environ())
	printed, err := command.Output()
	first, _, _ := strings.Cut(string(printed), "\n")
	return err == nil && tfrun.AnnouncesApplies(strings.TrimSpace(first))
})
