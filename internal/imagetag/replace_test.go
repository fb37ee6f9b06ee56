// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func TestAccImageTagReplacedWhenWhatItIsChanges(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	image, other := mock.AddImage("golden"), mock.AddImage("silver")
	replaced := resource.ConfigPlanChecks{
		PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(acctest.Addr, plancheck.ResourceActionDestroyBeforeCreate),
		},
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             acctest.NoTagsLeft(mock),
		Steps: []resource.TestStep{
			{Config: acctest.TagConfig(mock, image, "environment", "production")},
			{ // another key
				Config:           acctest.TagConfig(mock, image, "stage", "production"),
				ConfigPlanChecks: replaced,
				PostApplyFunc: func() {
					acctest.ExpectTags(t, mock, image, map[string]string{"stage": "production"})
				},
			},
			{ // another image
				Config:           acctest.TagConfig(mock, other, "stage", "production"),
				ConfigPlanChecks: replaced,
				PostApplyFunc: func() {
					acctest.ExpectTags(t, mock, image, map[string]string{})
					acctest.ExpectTags(t, mock, other, map[string]string{"stage": "production"})
				},
			},
		},
	})
}

func TestAccImageTagProject(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	shared := imstest.Image{ID: "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0", ProjectID: acctest.OtherProject, Name: "shared"}
	mock.PutImage(shared)
	elsewhere := acctest.WithAccessKey(strings.Replace(acctest.ProviderBlock(mock), imstest.ProjectID, acctest.OtherProject, 1))
	replaced := resource.ConfigPlanChecks{
		PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(acctest.Addr, plancheck.ResourceActionDestroyBeforeCreate),
		},
	}

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             acctest.NoTagsLeft(mock),
		Steps: []resource.TestStep{
			{ // A resource can name another project than the provider's.
				Config: acctest.WithAccessKey(
					acctest.TagConfig(mock, shared.ID, "environment", "production", `project_id = "`+acctest.OtherProject+`"`)),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("project_id"), knownvalue.StringExact(acctest.OtherProject)),
				},
			},
			{ // The same project by another way changes nothing.
				Config: elsewhere + acctest.TagBlock("test", shared.ID, "environment", "production"),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
			},
			{ // Another project is another tag.
				Config:           acctest.WithAccessKey(acctest.TagConfig(mock, image, "environment", "production")),
				ConfigPlanChecks: replaced,
			},
		},
	})
}

// The provider's project is the default of its tags: when it changes, so do they, and the plan says so.
func TestAccImageTagProjectOfTheProviderChanges(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	config := acctest.WithAccessKey(acctest.TagConfig(mock, image, "environment", "production"))

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             acctest.NoTagsLeft(mock),
		Steps: []resource.TestStep{
			{Config: config},
			{
				Config:             strings.Replace(config, imstest.ProjectID, acctest.OtherProject, 1),
				PlanOnly:           true,
				ExpectNonEmptyPlan: true,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PostApplyPostRefresh: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(acctest.Addr, plancheck.ResourceActionDestroyBeforeCreate),
						plancheck.ExpectKnownValue(acctest.Addr, tfjsonpath.New("project_id"), knownvalue.StringExact(acctest.OtherProject)),
					},
				},
			},
		},
	})
}

// With create_before_destroy the old instance's delete would remove the tag that the new one has just written.
func TestAccImageTagCreateBeforeDestroyKeepsTheNewTag(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production", "lifecycle {", "create_before_destroy = true", "}"))
	w.Run("apply", "-auto-approve")
	mock.ResetLog()

	output := acctest.Squeeze(w.Run("apply", "-auto-approve", "-replace="+acctest.Addr))
	if !strings.Contains(output, "Warning: Image tag not deleted") {
		t.Errorf("the apply does not say that the delete was left out:\n%s", output)
	}
	acctest.ExpectCalls(t, mock, imstest.WriteTag, 1)
	acctest.ExpectCalls(t, mock, imstest.DeleteTag, 0)
	acctest.ExpectTags(t, mock, image, map[string]string{"environment": "production"})
	w.Run("plan", "-detailed-exitcode")

	// The next process has not written the tag, so a destroy is a destroy.
	w.Run("destroy", "-auto-approve")
	acctest.ExpectTags(t, mock, image, map[string]string{})
}

// A key that changes and comes back, of two tags at once: each is written by one and deleted by the other.
func TestAccImageTagKeysThatSwapAreKept(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	config := func(first, second string) string {
		keep := []string{"lifecycle {", "create_before_destroy = true", "}"}
		return acctest.ProviderBlock(mock) + acctest.TagBlock("first", image, first, "of the first", keep...) +
			acctest.TagBlock("second", image, second, "of the second", keep...)
	}
	w := acctest.NewWorkspace(t, mock, config("a", "b"))
	w.Run("apply", "-auto-approve")
	for _, keys := range [][2]string{{"b", "a"}, {"a", "b"}} { // there and back
		mock.ResetLog()
		w.Write("main.tf", config(keys[0], keys[1]))
		w.Run("apply", "-auto-approve")
		acctest.ExpectCalls(t, mock, imstest.WriteTag, 2)
		acctest.ExpectCalls(t, mock, imstest.DeleteTag, 0)
		acctest.ExpectTags(t, mock, image, map[string]string{keys[0]: "of the first", keys[1]: "of the second"})
		w.Run("plan", "-detailed-exitcode")
	}
}

// Destroying first is how a replacement goes by default: the tag is deleted and written again.
func TestAccImageTagReplaceInPlaceDeletesFirst(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	w := acctest.NewWorkspace(t, mock, acctest.TagConfig(mock, image, "environment", "production"))
	w.Run("apply", "-auto-approve")
	w.Run("apply", "-auto-approve", "-replace="+acctest.Addr)
	acctest.ExpectCalls(t, mock, imstest.DeleteTag, 1)
	acctest.ExpectCalls(t, mock, imstest.WriteTag, 2)
	acctest.ExpectTags(t, mock, image, map[string]string{"environment": "production"})
}
