// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// A rename without a moved block that leaves both names in the state, each time for sure: the old tag's DELETE fails before
// the new one's POST, or Ctrl-C comes between the two.
func TestAccARenameThatLeavesBothNamesInTheState(t *testing.T) {
	t.Parallel()
	cases := map[string]func(t *testing.T, mock *imstest.Server, image string) *acctest.Workspace{
		"the DELETE is refused": func(t *testing.T, mock *imstest.Server, image string) *acctest.Workspace {
			t.Helper()
			return renameAfterAFailedDelete(t, mock, image, imstest.IMSError(http.StatusForbidden, "IMG.0026", "no right"))
		},
		"the DELETE is not answered": func(t *testing.T, mock *imstest.Server, image string) *acctest.Workspace {
			t.Helper()
			return renameAfterAFailedDelete(t, mock, image, imstest.Answer{Drop: true})
		},
		"the DELETE is done and not answered": func(t *testing.T, mock *imstest.Server, image string) *acctest.Workspace {
			t.Helper()
			return renameAfterAFailedDelete(t, mock, image, imstest.Answer{CarryOut: true, Status: http.StatusBadGateway})
		},
		"Ctrl-C comes before the DELETE": renameInterruptedBeforeTheDelete,
	}
	for name, sequence := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for range claimRuns() {
				mock, image := acctest.StartWithImage(t)
				w := sequence(t, mock, image)
				names := slices.DeleteFunc(names(w), func(name string) bool { return name == "first" })
				if strings.Join(names, " ") != "gate new old" {
					t.Fatalf("the state holds %v", names)
				}
				expectOwned(t, mock, image, w)
			}
		})
	}
}

const noRetries = "max_retries = 0\n}"

// renameAfterAFailedDelete renames a tag; the new one waits for a tag of another image, and that one for the old one's
// DELETE. Before both, the service answers another call: the DELETE of a tag that depends on the old one, or the POST of the
// first one. A service that has answered nothing would end the run.
func renameAfterAFailedDelete(t *testing.T, mock *imstest.Server, image string, answer imstest.Answer) *acctest.Workspace {
	t.Helper()
	other, third := mock.AddImage("other"), mock.AddImage("third")
	login := strings.Replace(acctest.ProviderBlock(mock), "}", noRetries, 1)
	w := acctest.NewWorkspace(t, mock, login+acctest.TagBlock("old", image, "environment", "production")+
		acctest.TagBlock("leaf", third, "leaf", "v", "depends_on = [ims_image_tag.old]"))
	w.Run("apply", "-auto-approve")

	deleted := make(chan struct{})
	mock.ReactForImage(image, imstest.DeleteTag, func(imstest.Request) *imstest.Answer {
		defer close(deleted)
		return &answer
	})
	mock.ReactForImage(other, imstest.WriteTag, func(imstest.Request) *imstest.Answer {
		<-deleted
		return nil
	})
	w.Write("main.tf", login+acctest.TagBlock("first", third, "first", "v")+
		acctest.TagBlock("gate", other, "gate", "open", "depends_on = [ims_image_tag.first]")+
		acctest.TagBlock("new", image, "environment", "production", "depends_on = [ims_image_tag.gate]"))
	w.Fail("Cannot delete image tag", "apply", "-auto-approve")
	mock.ResetReactors()
	return w
}

// renameInterruptedBeforeTheDelete renames a tag; the old one's DELETE waits for that of a tag that depends on it. That one
// is unavailable until the new tag's POST was sent, and then it is open until Terraform was interrupted.
func renameInterruptedBeforeTheDelete(t *testing.T, mock *imstest.Server, image string) *acctest.Workspace {
	t.Helper()
	other := mock.AddImage("other")
	w := acctest.NewWorkspace(t, mock, acctest.ProviderBlock(mock)+acctest.TagBlock("old", image, "environment", "production")+
		acctest.TagBlock("gate", other, "gate", "open", "depends_on = [ims_image_tag.old]"))
	w.Run("apply", "-auto-approve")

	deleting := make(chan struct{})
	becomeAvailable := mock.ForceAlways(imstest.DeleteTag,
		imstest.GatewayError(http.StatusServiceUnavailable, "APIGW.0201", "Backend unavailable"))
	mock.React(imstest.WriteTag, func(imstest.Request) *imstest.Answer {
		becomeAvailable()
		return nil
	})
	mock.React(imstest.DeleteTag, func(imstest.Request) *imstest.Answer {
		close(deleting)
		return &imstest.Answer{Delay: time.Hour}
	})
	w.Write("main.tf", acctest.ProviderBlock(mock)+acctest.TagBlock("new", image, "environment", "production"))
	interrupted(w, deleting, func() {}, "apply", "-auto-approve")
	mock.ResetReactors()
	return w
}

// names returns the names of the resources in the state, sorted.
func names(w *acctest.Workspace) []string {
	w.T.Helper()
	content, err := os.ReadFile(filepath.Join(w.Dir, "terraform.tfstate"))
	if err != nil {
		w.T.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Name string `json:"name"`
		} `json:"resources"`
	}
	if err := json.Unmarshal(content, &state); err != nil {
		w.T.Fatal(err)
	}
	var names []string
	for _, resource := range state.Resources {
		names = append(names, resource.Name)
	}
	slices.Sort(names)
	return names
}
