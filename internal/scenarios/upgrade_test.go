// SPDX-License-Identifier: MPL-2.0

package scenarios_test

import (
	"os"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
)

// The state of each resource, as an apply of the first release has written it, plans no change and makes no write. Such a
// state is never changed: when a schema or an identity changes, its version does as well, and an upgrader reads the old one.
func TestAccAStateOfTheFirstReleasePlansNoChange(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	for key, value := range map[string]string{"stage": "production", "owner": "platform-team", "note": "", "ci-1": "of somebody else"} {
		mock.SetTag(image, key, value)
	}
	config := strings.Replace(acctest.ProviderBlock(mock), "{", "{\n  region = \"eu-de\"", 1)
	w := acctest.NewWorkspace(t, mock, config+read(t, "testdata/upgrade/main.tf"))
	w.Write("terraform.tfstate", read(t, "testdata/upgrade/state.json"))

	w.Run("plan", "-detailed-exitcode", "-refresh=false")
	if calls := mock.Count(); calls != 0 {
		t.Errorf("%d calls without a refresh", calls)
	}
	output := w.Run("plan", "-detailed-exitcode")
	if strings.Contains(output, "changed outside of Terraform") {
		t.Errorf("the refresh shows a change:\n%s", output)
	}
	w.Run("apply", "-auto-approve")
	acctest.ExpectNoWrites(t, mock)
	w.Run("destroy", "-auto-approve")
	acctest.ExpectTags(t, mock, image, map[string]string{"ci-1": "of somebody else"})
}

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
