package provider_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const createBeforeDestroy = "lifecycle {\n create_before_destroy = true\n}"

// claimSequences end with one owner of the key, and have another instance of the same key in the state on the way.
var claimSequences = map[string]func(t *testing.T, mock *imstest.Server, image string) *workspace{
	"a rename whose DELETE failed once": renameThatFails,
	"an apply of the new name alone": func(t *testing.T, mock *imstest.Server, image string) *workspace {
		t.Helper()
		return renameInTwoApplies(t, mock, image)
	},
	"an interrupted replacement":                 interruptedReplacement,
	"an interrupted replacement that fails once": interruptedReplacementThatFails,
	"an owner whose changes are ignored": func(t *testing.T, mock *imstest.Server, image string) *workspace {
		t.Helper()
		return renameInTwoApplies(t, mock, image, "lifecycle {\n ignore_changes = all\n}")
	},
	"an owner with a condition": func(t *testing.T, mock *imstest.Server, image string) *workspace {
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
					mock, image := startWithImage(t)
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
		mock, image := startWithImage(t)
		w := renameInTwoApplies(t, mock, image, "lifecycle {\n prevent_destroy = true\n}")
		w.run("apply", "-auto-approve", "-refresh=false")
		expectTags(t, mock, image, map[string]string{"environment": "production"})
		w.write("main.tf", providerBlock(mock)+tagBlock("new", image, "environment", "production"))
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
func expectOwned(t *testing.T, mock *imstest.Server, image string, w *workspace) {
	t.Helper()
	w.run("apply", "-auto-approve")
	expectTags(t, mock, image, map[string]string{"environment": "production"})
	w.run("plan", "-detailed-exitcode")
	w.run("destroy", "-auto-approve")
	expectTags(t, mock, image, map[string]string{})
	w.expectNoResources()
}

func renameThatFails(t *testing.T, mock *imstest.Server, image string) *workspace {
	t.Helper()
	w := newWorkspace(t, mock, providerBlock(mock)+tagBlock("old", image, "environment", "production"))
	w.run("apply", "-auto-approve")
	w.write("main.tf", providerBlock(mock)+tagBlock("new", image, "environment", "production"))
	w.applyWithoutDeletes(mock)
	return w
}

func renameInTwoApplies(t *testing.T, mock *imstest.Server, image string, extra ...string) *workspace {
	t.Helper()
	w := newWorkspace(t, mock, providerBlock(mock)+tagBlock("old", image, "environment", "production"))
	w.run("apply", "-auto-approve")
	w.write("main.tf", providerBlock(mock)+tagBlock("new", image, "environment", "production", extra...))
	w.run("apply", "-auto-approve", "-target=ims_image_tag.new")
	return w
}

func interruptedReplacement(t *testing.T, mock *imstest.Server, image string) *workspace {
	t.Helper()
	w := newWorkspace(t, mock, tagConfig(mock, image, "environment", "production", createBeforeDestroy))
	w.run("apply", "-auto-approve")
	written, release := make(chan struct{}), make(chan struct{})
	mock.OnRequest(func(r imstest.Request) *imstest.Answer {
		if r.Operation == imstest.WriteTag {
			close(written)
			<-release
		}
		return nil
	})
	w.interrupted(written, func() {
		time.AfterFunc(time.Second, func() { close(release) }) // Terraform has told the provider by then, and the grace is five
	}, "apply", "-auto-approve", "-replace="+addr)
	mock.OnRequest(nil)
	w.expectDeposed()
	return w
}

func interruptedReplacementThatFails(t *testing.T, mock *imstest.Server, image string) *workspace {
	t.Helper()
	w := interruptedReplacement(t, mock, image)
	w.applyWithoutDeletes(mock)
	return w
}

// applyWithoutDeletes applies while the service refuses deletes: it fails if one is sent at all.
func (w *workspace) applyWithoutDeletes(mock *imstest.Server) {
	w.t.Helper()
	answerAlways(mock, imstest.DeleteTag, imstest.IMSError(http.StatusForbidden, "IMG.0026", "no right"))
	_, _ = w.exec("apply", "-auto-approve")
	mock.OnRequest(nil)
}

func (w *workspace) expectDeposed() {
	w.t.Helper()
	content, err := os.ReadFile(filepath.Join(w.dir, "terraform.tfstate"))
	if err != nil {
		w.t.Fatal(err)
	}
	if !strings.Contains(string(content), `"deposed"`) {
		w.t.Fatalf("the state holds no deposed object:\n%s", content)
	}
}
