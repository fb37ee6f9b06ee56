// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const createBeforeDestroy = "lifecycle {\n create_before_destroy = true\n}"

// claimSequences end with one owner of the key, and have another instance of the same key in the state on the way.
var claimSequences = map[string]func(t *testing.T, mock *imstest.Server, image string) *acctest.Workspace{
	"a rename whose DELETE failed once": renameThatFails,
	"an apply of the new name alone": func(t *testing.T, mock *imstest.Server, image string) *acctest.Workspace {
		t.Helper()
		return renameInTwoApplies(t, mock, image)
	},
	"an interrupted replacement":                 interruptedReplacement,
	"an interrupted replacement that fails once": interruptedReplacementThatFails,
	"an owner whose changes are ignored": func(t *testing.T, mock *imstest.Server, image string) *acctest.Workspace {
		t.Helper()
		return renameInTwoApplies(t, mock, image, "lifecycle {\n ignore_changes = all\n}")
	},
	"an owner with a condition": func(t *testing.T, mock *imstest.Server, image string) *acctest.Workspace {
		t.Helper()
		const condition = "postcondition {\n condition = self.value != \"\"\n error_message = \"empty\"\n}"
		return renameInTwoApplies(t, mock, image, "lifecycle {\n "+condition+"\n}")
	},
}

// A tag that an instance owns is there after every apply that succeeds, whatever else is destroyed. CLAIM_RUNS repeats
// each sequence so many times.
func TestAccAnOwnedTagIsNeverDeleted(t *testing.T) {
	t.Parallel()
	for name, sequence := range claimSequences {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for i := range claimRuns() {
				t.Run(strconv.Itoa(i), func(t *testing.T) {
					mock, image := acctest.StartWithImage(t)
					expectOwned(t, mock, image, sequence(t, mock, image))
				})
			}
		})
	}
}

// Without a refresh the owner is never replaced: it may not be destroyed.
func TestAccAnOwnedTagIsNotDeletedWithoutARefresh(t *testing.T) {
	t.Parallel()
	for range claimRuns() {
		mock, image := acctest.StartWithImage(t)
		w := renameInTwoApplies(t, mock, image, "lifecycle {\n prevent_destroy = true\n}")
		w.Run("apply", "-auto-approve", "-refresh=false")
		acctest.ExpectTags(t, mock, image, map[string]string{"environment": "production"})
		w.Write("main.tf", acctest.ProviderBlock(mock)+acctest.TagBlock("new", image, "environment", "production"))
		expectOwned(t, mock, image, w)
	}
}

func claimRuns() int {
	runs, err := strconv.Atoi(os.Getenv("CLAIM_RUNS"))
	if err != nil {
		return 1
	}
	return runs
}

// expectOwned finishes a sequence: the tag is there, nothing is left to do, and a destroy is a destroy.
func expectOwned(t *testing.T, mock *imstest.Server, image string, w *acctest.Workspace) {
	t.Helper()
	w.Run("apply", "-auto-approve")
	acctest.ExpectTags(t, mock, image, map[string]string{"environment": "production"})
	w.Run("plan", "-detailed-exitcode")
	w.Run("destroy", "-auto-approve")
	acctest.ExpectTags(t, mock, image, map[string]string{})
	w.ExpectNoResources()
}

func renameThatFails(t *testing.T, mock *imstest.Server, image string) *acctest.Workspace {
	t.Helper()
	w := acctest.NewWorkspace(t, mock, acctest.ProviderBlock(mock)+acctest.TagBlock("old", image, "environment", "production"))
	w.Run("apply", "-auto-approve")
	w.Write("main.tf", acctest.ProviderBlock(mock)+acctest.TagBlock("new", image, "environment", "production"))
	applyWithoutDeletes(w, mock)
	return w
}

func renameInTwoApplies(t *testing.T, mock *imstest.Server, image string, extra ...string) *acctest.Workspace {
	t.Helper()
	w := acctest.NewWorkspace(t, mock, acctest.ProviderBlock(mock)+acctest.TagBlock("old", image, "environment", "production"))
	w.Run("apply", "-auto-approve")
	w.Write("main.tf", acctest.ProviderBlock(mock)+acctest.TagBlock("new", image, "environment", "production", extra...))
	w.Run("apply", "-auto-approve", "-target=ims_image_tag.new")
	return w
}

func interruptedReplacement(t *testing.T, mock *imstest.Server, image string) *acctest.Workspace {
	t.Helper()
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production", createBeforeDestroy))
	w.Run("apply", "-auto-approve")
	written, release := make(chan struct{}), make(chan struct{})
	remove := mock.React(imstest.WriteTag, func(imstest.Request) *imstest.Answer {
		close(written)
		<-release
		return nil
	})
	interrupted(w, written, func() {
		time.AfterFunc(time.Second, func() { close(release) }) // Terraform has told the provider by then, and the grace is five
	}, "apply", "-auto-approve", "-replace="+acctest.Addr)
	remove()
	expectDeposed(w)
	return w
}

func interruptedReplacementThatFails(t *testing.T, mock *imstest.Server, image string) *acctest.Workspace {
	t.Helper()
	w := interruptedReplacement(t, mock, image)
	applyWithoutDeletes(w, mock)
	return w
}

// applyWithoutDeletes applies while the service refuses deletes: it fails if one is sent at all.
func applyWithoutDeletes(w *acctest.Workspace, mock *imstest.Server) {
	w.T.Helper()
	remove := mock.ForceAlways(imstest.DeleteTag, imstest.IMSError(http.StatusForbidden, "IMG.0026", "no right"))
	defer remove()
	_, _ = w.Exec("apply", "-auto-approve")
}

func expectDeposed(w *acctest.Workspace) {
	w.T.Helper()
	content, err := os.ReadFile(filepath.Join(w.Dir, "terraform.tfstate"))
	if err != nil {
		w.T.Fatal(err)
	}
	if !strings.Contains(string(content), `"deposed"`) {
		w.T.Fatalf("the state holds no deposed object:\n%s", content)
	}
}
