package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

const otherProject = "fedcba9876543210fedcba9876543210"

func TestAccImageTagReplacedWhenWhatItIsChanges(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	image, other := mock.AddImage("golden"), mock.AddImage("silver")
	replaced := resource.ConfigPlanChecks{
		PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(addr, plancheck.ResourceActionDestroyBeforeCreate),
		},
		PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
	}

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		CheckDestroy:             noTagsLeft(mock),
		Steps: []resource.TestStep{
			{Config: tagConfig(mock, image, "environment", "production")},
			{ // another key
				Config:           tagConfig(mock, image, "stage", "production"),
				ConfigPlanChecks: replaced,
				PostApplyFunc: func() {
					expectTags(t, mock, image, map[string]string{"stage": "production"})
				},
			},
			{ // another image
				Config:           tagConfig(mock, other, "stage", "production"),
				ConfigPlanChecks: replaced,
				PostApplyFunc: func() {
					expectTags(t, mock, image, map[string]string{})
					expectTags(t, mock, other, map[string]string{"stage": "production"})
				},
			},
		},
	})
}

func TestAccImageTagProject(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	shared := imstest.Image{ID: "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0", ProjectID: otherProject, Name: "shared"}
	mock.PutImage(shared)
	elsewhere := strings.Replace(providerBlock(mock), imstest.ProjectID, otherProject, 1)
	replaced := resource.ConfigPlanChecks{
		PreApply: []plancheck.PlanCheck{
			plancheck.ExpectResourceAction(addr, plancheck.ResourceActionDestroyBeforeCreate),
		},
	}

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		CheckDestroy:             noTagsLeft(mock),
		Steps: []resource.TestStep{
			{ // A resource can name another project than the provider's.
				Config: tagConfig(mock, shared.ID, "environment", "production", `project_id = "`+otherProject+`"`),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(addr, tfjsonpath.New("project_id"), knownvalue.StringExact(otherProject)),
				},
			},
			{ // The same project by another way changes nothing.
				Config: elsewhere + tagBlock("test", shared.ID, "environment", "production"),
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
				},
			},
			{ // Another project is another tag.
				Config:           tagConfig(mock, image, "environment", "production"),
				ConfigPlanChecks: replaced,
			},
		},
	})
}

// The provider's project is the default of its tags: when it changes, so do they, and the plan says so.
func TestAccImageTagProjectOfTheProviderChanges(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	config := tagConfig(mock, image, "environment", "production")

	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		CheckDestroy:             noTagsLeft(mock),
		Steps: []resource.TestStep{
			{Config: config},
			{
				Config:             strings.Replace(config, imstest.ProjectID, otherProject, 1),
				PlanOnly:           true,
				ExpectNonEmptyPlan: true,
				ConfigPlanChecks: resource.ConfigPlanChecks{
					PostApplyPostRefresh: []plancheck.PlanCheck{
						plancheck.ExpectResourceAction(addr, plancheck.ResourceActionDestroyBeforeCreate),
						plancheck.ExpectKnownValue(addr, tfjsonpath.New("project_id"), knownvalue.StringExact(otherProject)),
					},
				},
			},
		},
	})
}

// With create_before_destroy the old instance's delete would remove the tag that the new one has just written.
func TestAccImageTagCreateBeforeDestroyKeepsTheNewTag(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	w := newWorkspace(t, mock, tagConfig(mock, image, "environment", "production", "lifecycle {", "create_before_destroy = true", "}"))
	w.run("apply", "-auto-approve")
	mock.ResetLog()

	output := squeeze(w.run("apply", "-auto-approve", "-replace="+addr))
	if !strings.Contains(output, `Warning: Image tag "environment" was not deleted`) {
		t.Errorf("the apply does not say that the delete was left out:\n%s", output)
	}
	expectCalls(t, mock, imstest.WriteTag, 1)
	expectCalls(t, mock, imstest.DeleteTag, 0)
	expectTags(t, mock, image, map[string]string{"environment": "production"})
	w.run("plan", "-detailed-exitcode")

	// The next process has not written the tag, so a destroy is a destroy.
	w.run("destroy", "-auto-approve")
	expectTags(t, mock, image, map[string]string{})
}

// A key that changes and comes back, of two tags at once: each is written by one and deleted by the other.
func TestAccImageTagKeysThatSwapAreKept(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	config := func(first, second string) string {
		keep := []string{"lifecycle {", "create_before_destroy = true", "}"}
		return providerBlock(mock) + tagBlock("first", image, first, "of the first", keep...) +
			tagBlock("second", image, second, "of the second", keep...)
	}
	w := newWorkspace(t, mock, config("a", "b"))
	w.run("apply", "-auto-approve")
	for _, keys := range [][2]string{{"b", "a"}, {"a", "b"}} { // there and back
		mock.ResetLog()
		w.write("main.tf", config(keys[0], keys[1]))
		w.run("apply", "-auto-approve")
		expectCalls(t, mock, imstest.WriteTag, 2)
		expectCalls(t, mock, imstest.DeleteTag, 0)
		expectTags(t, mock, image, map[string]string{keys[0]: "of the first", keys[1]: "of the second"})
		w.run("plan", "-detailed-exitcode")
	}
}

// Destroying first is how a replacement goes by default: the tag is deleted and written again.
func TestAccImageTagReplaceInPlaceDeletesFirst(t *testing.T) {
	t.Parallel()
	mock, image := startWithImage(t)
	w := newWorkspace(t, mock, tagConfig(mock, image, "environment", "production"))
	w.run("apply", "-auto-approve")
	w.run("apply", "-auto-approve", "-replace="+addr)
	expectCalls(t, mock, imstest.DeleteTag, 1)
	expectCalls(t, mock, imstest.WriteTag, 2)
	expectTags(t, mock, image, map[string]string{"environment": "production"})
}
