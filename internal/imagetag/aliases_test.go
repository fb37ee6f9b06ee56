// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// twoAliases are two configurations of the provider, each of which is a process of its own.
func twoAliases(mock *imstest.Server) string {
	var config strings.Builder
	for _, alias := range []string{"a", "b"} {
		config.WriteString(strings.Replace(acctest.ProviderBlock(mock), "{", fmt.Sprintf("{\n  alias = %q", alias), 1))
	}
	return config.String()
}

// A resource that is renamed and goes to another configuration of the provider with a moved block is the same instance.
func TestAccAMoveToAnotherAliasWritesNothing(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	w := acctest.NewWorkspace(t, mock, twoAliases(mock)+acctest.TagBlock("old", image, "environment", "production", "provider = ims.a"))
	w.Run("apply", "-auto-approve")
	mock.ResetLog()
	w.Write("main.tf", twoAliases(mock)+acctest.TagBlock("new", image, "environment", "production", "provider = ims.b")+
		"moved {\n  from = ims_image_tag.old\n  to   = ims_image_tag.new\n}\n")
	w.Run("apply", "-auto-approve")
	acctest.ExpectNoWrites(t, mock)
	w.Run("plan", "-detailed-exitcode")
}

// Two aliases take turns at an image, and neither deletes what the other has just written. ALIAS_RUNS repeats it.
func TestAccTwoAliasesOfOneImage(t *testing.T) {
	t.Parallel()
	if store.FileLocksDir() == "" {
		t.Skip("processes share no turns on this system")
	}
	runs, err := strconv.Atoi(os.Getenv("ALIAS_RUNS"))
	if err != nil {
		runs = 2
	}
	lost, left := 0, make(map[int]int)
	for range runs {
		if !renameToAnotherAlias(t) {
			lost++
		}
		left[tenTagsOfTwoAliases(t)]++
	}
	if lost > 0 {
		t.Errorf("a rename to another alias without a moved block lost the tag %d times in %d", lost, runs)
	}
	if left[10] != runs {
		t.Errorf("%d runs by the number of tags left of ten: %v", runs, left)
	}
}

// renameToAnotherAlias reports whether the tag survives.
func renameToAnotherAlias(t *testing.T) bool {
	t.Helper()
	mock, image := acctest.StartWithImage(t)
	w := acctest.NewWorkspace(t, mock, twoAliases(mock)+acctest.TagBlock("old", image, "environment", "production", "provider = ims.a"))
	w.Run("apply", "-auto-approve")
	w.Write("main.tf", twoAliases(mock)+acctest.TagBlock("new", image, "environment", "production", "provider = ims.b"))
	w.Run("apply", "-auto-approve")
	return len(mock.Tags(image)) == 1
}

// tenTagsOfTwoAliases returns how many of ten tags are there in the end.
func tenTagsOfTwoAliases(t *testing.T) int {
	t.Helper()
	mock := imstest.Start(t, imstest.WithLostUpdates())
	mock.SetLatency(20 * time.Millisecond)
	image := mock.AddImage("golden")
	var config strings.Builder
	config.WriteString(twoAliases(mock))
	for i := range 10 {
		name := fmt.Sprintf("t%d", i)
		config.WriteString(acctest.TagBlock(name, image, name, "v", "provider = ims."+[]string{"a", "b"}[i%2]))
	}
	w := acctest.NewWorkspace(t, mock, config.String())
	w.Run("apply", "-auto-approve")
	return len(mock.Tags(image))
}
