package provider_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// A rename without a moved block that leaves both names in the state, each time for sure: the old tag's DELETE fails before
// the new one's POST, or Ctrl-C comes between the two.
func TestAccARenameThatLeavesBothNamesInTheState(t *testing.T) {
	t.Parallel()
	cases := map[string]func(t *testing.T, mock *imstest.Server, image string) *workspace{
		"the DELETE is refused": func(t *testing.T, mock *imstest.Server, image string) *workspace {
			t.Helper()
			return renameAfterAFailedDelete(t, mock, image, imstest.IMSError(http.StatusForbidden, "IMG.0026", "no right"))
		},
		"the DELETE is not answered": func(t *testing.T, mock *imstest.Server, image string) *workspace {
			t.Helper()
			return renameAfterAFailedDelete(t, mock, image, imstest.Answer{Drop: true})
		},
		"the DELETE is done and not answered": func(t *testing.T, mock *imstest.Server, image string) *workspace {
			t.Helper()
			return renameAfterAFailedDelete(t, mock, image, imstest.Answer{CarryOut: true, Status: http.StatusBadGateway})
		},
		"Ctrl-C comes before the DELETE": renameInterruptedBeforeTheDelete,
	}
	for name, sequence := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range claimRuns() {
				mock, image := startWithImage(t)
				w := sequence(t, mock, image)
				if names := w.names(); !slices.Contains(names, "new") || !slices.Contains(names, "old") {
					t.Fatalf("the state holds %v", names)
				}
				expectOwned(t, mock, image, w)
			}
		})
	}
}

const noRetries = "max_retries = 0\n}"

// renameAfterAFailedDelete renames a tag; the new one waits for a tag of another image, and that one for the old one's
// DELETE. It is not the first to be written: until the first call is answered, the provider makes no other.
func renameAfterAFailedDelete(t *testing.T, mock *imstest.Server, image string, answer imstest.Answer) *workspace {
	t.Helper()
	other := mock.AddImage("other")
	login := strings.Replace(providerBlock(mock), "}", noRetries, 1)
	w := newWorkspace(t, mock, login+tagBlock("old", image, "environment", "production"))
	w.run("apply", "-auto-approve")

	deleted := make(chan struct{})
	mock.OnRequest(func(r imstest.Request) *imstest.Answer {
		if r.Operation == imstest.DeleteTag {
			defer close(deleted)
			return &answer
		}
		if r.Operation == imstest.WriteTag && r.ImageID == other {
			<-deleted
		}
		return nil
	})
	w.write("main.tf", login+tagBlock("first", mock.AddImage("first"), "first", "written")+
		tagBlock("gate", other, "gate", "open", "depends_on = [ims_image_tag.first]")+
		tagBlock("new", image, "environment", "production", "depends_on = [ims_image_tag.gate]"))
	w.fail("Cannot delete image tag", "apply", "-auto-approve")
	mock.OnRequest(nil)
	return w
}

// renameInterruptedBeforeTheDelete renames a tag; the old one's DELETE waits for that of a tag that depends on it. That one
// is unavailable until the new tag's POST was sent, and then it is open until Terraform was interrupted.
func renameInterruptedBeforeTheDelete(t *testing.T, mock *imstest.Server, image string) *workspace {
	t.Helper()
	other := mock.AddImage("other")
	w := newWorkspace(t, mock, providerBlock(mock)+tagBlock("old", image, "environment", "production")+
		tagBlock("gate", other, "gate", "open", "depends_on = [ims_image_tag.old]"))
	w.run("apply", "-auto-approve")

	var written atomic.Bool
	deleting := make(chan struct{})
	mock.OnRequest(func(r imstest.Request) *imstest.Answer {
		switch {
		case r.Operation == imstest.WriteTag:
			written.Store(true)
			return nil
		case r.Operation == imstest.DeleteTag && !written.Load():
			answer := imstest.GatewayError(http.StatusServiceUnavailable, "APIGW.0201", "Backend unavailable")
			return &answer
		case r.Operation == imstest.DeleteTag:
			close(deleting)
			return &imstest.Answer{Delay: time.Hour}
		}
		return nil
	})
	w.write("main.tf", providerBlock(mock)+tagBlock("new", image, "environment", "production"))
	w.interrupted(deleting, func() {}, "apply", "-auto-approve")
	mock.OnRequest(nil)
	return w
}

// names returns the names of the resources in the state, sorted.
func (w *workspace) names() []string {
	w.t.Helper()
	content, err := os.ReadFile(filepath.Join(w.dir, "terraform.tfstate"))
	if err != nil {
		w.t.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Name string `json:"name"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(content, &state); err != nil {
		w.t.Fatal(err)
	}
	var names []string
	for _, resource := range state.Resources {
		names = append(names, resource.Name)
	}
	slices.Sort(names)
	return names
}
