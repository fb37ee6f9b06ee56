// SPDX-License-Identifier: MPL-2.0

package imagetags_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func TestAccImageTagsImport(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             acctest.NoTagsLeft(mock),
		Steps: []resource.TestStep{
			{Config: setConfig(mock, image, tags{"stage": "production", "reviewed": ""})},
			{ResourceName: addr, ImportState: true, ImportStateId: image, ImportStateVerify: true},
			{ // an import block with an id
				ResourceName:    addr,
				ImportState:     true,
				ImportStateKind: resource.ImportBlockWithID,
				ImportStateId:   imstest.ProjectID + "/" + image,
				ImportPlanChecks: resource.ImportPlanChecks{
					PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(addr, plancheck.ResourceActionNoop)},
				},
			},
		},
	})
}

// Runs where a Terraform with identities is; the protocol tests show the same with any.
func TestAccImageTagsImportByIdentity(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		CheckDestroy:             acctest.NoTagsLeft(mock),
		Steps: []resource.TestStep{
			{Config: setConfig(mock, image, tags{"stage": "production"})},
			{ResourceName: addr, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
		},
	})
}

func TestAnImportTakesAllTagsWithOneCall(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("v", 44)
	cases := map[string]struct {
		id       string
		identity map[string]string
		image    tags
		want     tags
		warnings int
	}{
		"by id":                       {pinnedImage, nil, tags{"a": "1", "b": ""}, tags{"a": "1", "b": ""}, 0},
		"by project and id":           {imstest.ProjectID + "/" + pinnedImage, nil, tags{"a": "1"}, tags{"a": "1"}, 0},
		"by identity":                 {"", tags{"image_id": pinnedImage}, tags{"a": "1"}, tags{"a": "1"}, 0},
		"without tags beyond limits":  {pinnedImage, nil, tags{"a": "1", "b": long, " c": "1", strings.Repeat("k", 37): "1"}, tags{"a": "1"}, 1},
		"with one spelling of a key":  {pinnedImage, nil, tags{"cl\u00e9": "1", "cle\u0301": "2"}, tags{"cl\u00e9": "1"}, 1},
		"in the normal form of a key": {pinnedImage, nil, tags{"cle\u0301": "1"}, tags{"cl\u00e9": "1"}, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			mock.PutImage(imstest.Image{ID: pinnedImage})
			for key, value := range c.image {
				mock.SetTag(pinnedImage, key, value)
			}
			p := newServer(t, mock)
			identity := p.IdentityOf(c.identity)
			if c.identity == nil {
				identity = nil
			}
			imported := p.ImportState(c.id, identity)
			p.NoErrors(imported.Diagnostics)
			if len(imported.Diagnostics) != c.warnings || len(imported.ImportedResources) != 1 {
				t.Fatalf("there are %d resources and the warnings %q", len(imported.ImportedResources), acctest.Details(imported.Diagnostics))
			}
			got := imported.ImportedResources[0]
			p.ExpectIdentity(got.Identity, tags{"project_id": imstest.ProjectID, "image_id": pinnedImage})
			read := refresh(p, got.State, got.Private)
			p.NoErrors(read.Diagnostics)
			if set := tagsIn(p, read.NewState); !maps.Equal(set, c.want) {
				t.Errorf("the state has %v, want %v", set, c.want)
			}
			config := setValue(p, pinnedImage, c.want)
			if plan := p.Plan(read.NewState, config, config, read.Private); !p.Equal(plan.PlannedState, read.NewState) {
				t.Error("the plan is not empty")
			}
			acctest.ExpectCalls(t, mock, imstest.ListTags, 1)
			acctest.ExpectNoWrites(t, mock)
		})
	}
}

func TestImportErrors(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		id       string
		identity map[string]string
		want     string
	}{
		"the ID of a tag":          {pinnedImage + "/stage", nil, `"stage" follows the image`},
		"a name":                   {"golden", nil, `"golden" is not the UUID of an image`},
		"an identity with a name":  {"", tags{"image_id": "golden"}, "the identity is not that of an image"},
		"an image without tags":    {pinnedImage, nil, "has no tags."},
		"only tags beyond limits":  {"1" + pinnedImage[1:], nil, `no tags that can be configured: " k"`},
		"an image that is unknown": {"f" + pinnedImage[1:], nil, "Image not found"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			mock.PutImage(imstest.Image{ID: pinnedImage})
			mock.PutImage(imstest.Image{ID: "1" + pinnedImage[1:]})
			mock.SetTag("1"+pinnedImage[1:], " k", "v")
			p := newServer(t, mock)
			identity := p.IdentityOf(c.identity)
			if c.identity == nil {
				identity = nil
			}
			detail, _ := expectError(t, p.ImportState(c.id, identity).Diagnostics, "Cannot import image tags")
			if !strings.Contains(detail, c.want) {
				t.Errorf("the error says %q, want %q", detail, c.want)
			}
		})
	}
}

// The tags of an image in another project stay there, with a warning that says what to add.
func TestAnImportFromAnotherProjectStaysThere(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	mock.PutImage(imstest.Image{ID: pinnedImage, ProjectID: acctest.OtherProject})
	mock.SetTag(pinnedImage, "a", "1")
	p := acctest.NewUnconfiguredServer(t, acctest.Isolated).For(typeName)
	p.Configure(map[string]string{
		"endpoint": mock.URL(), "project_id": imstest.ProjectID, "access_key": imstest.AccessKey, "secret_key": imstest.SecretKey,
	})
	imported := p.ImportState(acctest.OtherProject+"/"+pinnedImage, nil)
	p.NoErrors(imported.Diagnostics)
	if got := strings.Join(acctest.Details(imported.Diagnostics), "\n"); !strings.Contains(got, "The set of tags of image "+pinnedImage+" was imported from project "+acctest.OtherProject) {
		t.Errorf("the import says %q", got)
	}
	state := imported.ImportedResources[0]
	read := refresh(p, state.State, state.Private)
	config := setValue(p, pinnedImage, tags{"a": "1"}, map[string]any{"project_id": nil, "id": nil})
	plan := p.Plan(read.NewState, read.NewState, config, read.Private)
	if len(plan.RequiresReplace) > 0 || !p.Equal(plan.PlannedState, read.NewState) || len(plan.Diagnostics) != 1 {
		t.Errorf("the plan replaces %v and says %q", plan.RequiresReplace, acctest.Details(plan.Diagnostics))
	}
}
