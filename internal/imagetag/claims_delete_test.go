// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// What no other instance owns is deleted, however Terraform comes to it.
func TestAccWhatNobodyElseOwnsIsDeleted(t *testing.T) {
	t.Parallel()
	none := map[string]string{}
	cases := map[string]struct {
		key  string // of the second configuration; empty for none
		args []string
		want map[string]string
	}{
		"destroy":                       {"environment", []string{"destroy"}, none},
		"destroy -refresh=false":        {"environment", []string{"destroy", "-refresh=false"}, none},
		"destroy -target":               {"environment", []string{"destroy", "-target=" + acctest.Addr}, none},
		"no longer configured":          {"", []string{"apply"}, none},
		"the same, -refresh=false":      {"", []string{"apply", "-refresh=false"}, none},
		"another key":                   {"stage", []string{"apply"}, map[string]string{"stage": "production"}},
		"another key, -refresh=false":   {"stage", []string{"apply", "-refresh=false"}, map[string]string{"stage": "production"}},
		"replaced":                      {"environment", []string{"apply", "-replace=" + acctest.Addr}, map[string]string{"environment": "production"}},
		"replaced, -refresh=false":      {"environment", []string{"apply", "-refresh=false", "-replace=" + acctest.Addr}, map[string]string{"environment": "production"}},
		"replaced and with another key": {"stage", []string{"apply", "-replace=" + acctest.Addr}, map[string]string{"stage": "production"}},
	}
	for _, extra := range []string{"", createBeforeDestroy} {
		for name, c := range cases {
			if extra != "" {
				name += ", create_before_destroy"
			}
			for _, taint := range []bool{false, true} {
				if taint {
					name = "tainted: " + name
				}
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					mock, image := acctest.StartWithImage(t)
					w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production", extra))
					w.Run("apply", "-auto-approve")
					if taint {
						w.Run("taint", acctest.Addr)
					}
					config := acctest.ProviderBlock(mock)
					if c.key != "" {
						config += acctest.TagBlock("test", image, c.key, "production", extra)
					}
					w.Write("main.tf", config)
					mock.ResetLog()
					w.Run(append(c.args, "-auto-approve")...)
					acctest.ExpectTags(t, mock, image, c.want)
					deletes := 1
					if extra != "" && c.want["environment"] != "" {
						deletes = 0 // it was written anew before
					}
					acctest.ExpectCalls(t, mock, imstest.DeleteTag, deletes)
					w.Run("destroy", "-auto-approve")
					acctest.ExpectTags(t, mock, image, none)
					w.ExpectNoResources()
				})
			}
		}
	}
}

// Without the checks of plans, two instances that are configured with one key are no reason to write anything, and if both
// go, so does the tag.
func TestAccTwoInstancesOfOneTagSettle(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	w := acctest.NewWorkspace(t, mock, withoutChecks(acctest.ProviderBlock(mock))+
		acctest.TagBlock("one", image, "environment", "production")+acctest.TagBlock("another", image, "environment", "production"))
	w.Run("apply", "-auto-approve")
	for range 3 {
		w.Run("plan", "-detailed-exitcode")
	}
	w.Run("destroy", "-auto-approve")
	acctest.ExpectTags(t, mock, image, map[string]string{})
	w.ExpectNoResources()
}
