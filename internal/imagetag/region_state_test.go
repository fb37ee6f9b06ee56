// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"os"
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// A state of a version without region plans no change, and makes no call without a refresh. With one it stays as it is.
func TestAccAStateWithoutARegion(t *testing.T) {
	t.Parallel()
	mock := startRegions(t)
	image := regionImage(mock, imstest.ProjectID, 1)
	mock.SetTag(image, "stage", "production")
	frozen, err := os.ReadFile("testdata/state-without-region.json")
	if err != nil {
		t.Fatal(err)
	}
	w := acctest.NewWorkspace(t, mock, regionsBlock(mock, regionLogins["an access key"].block+"\n project_id = \""+imstest.ProjectID+"\"")+
		acctest.TagBlock("test", image, "stage", "production"))
	w.Write("terraform.tfstate", string(frozen))
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
	acctest.ExpectTags(t, mock, image, map[string]string{})
}
