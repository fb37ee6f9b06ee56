package provider_test

import (
	"testing"

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
		"destroy -target":               {"environment", []string{"destroy", "-target=" + addr}, none},
		"no longer configured":          {"", []string{"apply"}, none},
		"the same, -refresh=false":      {"", []string{"apply", "-refresh=false"}, none},
		"another key":                   {"stage", []string{"apply"}, map[string]string{"stage": "production"}},
		"another key, -refresh=false":   {"stage", []string{"apply", "-refresh=false"}, map[string]string{"stage": "production"}},
		"replaced":                      {"environment", []string{"apply", "-replace=" + addr}, map[string]string{"environment": "production"}},
		"replaced, -refresh=false":      {"environment", []string{"apply", "-refresh=false", "-replace=" + addr}, map[string]string{"environment": "production"}},
		"replaced and with another key": {"stage", []string{"apply", "-replace=" + addr}, map[string]string{"stage": "production"}},
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
					mock, image := startWithImage(t)
					w := newWorkspace(t, mock, tagConfig(mock, image, "environment", "production", extra))
					w.run("apply", "-auto-approve")
					if taint {
						w.run("taint", addr)
					}
					config := providerBlock(mock)
					if c.key != "" {
						config += tagBlock("test", image, c.key, "production", extra)
					}
					w.write("main.tf", config)
					mock.ResetLog()
					w.run(append(c.args, "-auto-approve")...)
					expectTags(t, mock, image, c.want)
					deletes := 1
					if extra != "" && c.want["environment"] != "" {
						deletes = 0 // it was written anew before
					}
					expectCalls(t, mock, imstest.DeleteTag, deletes)
					w.run("destroy", "-auto-approve")
					expectTags(t, mock, image, none)
					w.expectNoResources()
				})
			}
		}
	}
}

// Two instances that are configured with one key are no reason to write anything, and if both go, so does the tag.
func TestAccTwoInstancesOfOneTagSettle(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	w := newWorkspace(t, mock, providerBlock(mock)+
		tagBlock("one", image, "environment", "production")+tagBlock("another", image, "environment", "production"))
	w.run("apply", "-auto-approve")
	for range 3 {
		w.run("plan", "-detailed-exitcode")
	}
	w.run("destroy", "-auto-approve")
	expectTags(t, mock, image, map[string]string{})
	w.expectNoResources()
}
