// SPDX-License-Identifier: MPL-2.0

package imagetags_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// Runs where a Terraform with list resources is; the protocol tests show the same with any.
func TestAccImageTagsQuery(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	image := addImage(mock, "golden", nil)
	addImage(mock, "other", tags{"stage": "dev"})
	addImage(mock, "bare", nil)
	set := tags{"stage": "test", "note": ""}
	identity := map[string]knownvalue.Check{
		"region": knownvalue.Null(), "project_id": knownvalue.StringExact(imstest.ProjectID), "image_id": knownvalue.StringExact(image),
	}
	filter := queryfilter.ByResourceIdentity(identity)
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: setConfig(mock, image, set)},
			{
				Query: true,
				Config: `
list "ims_image_tags" "all" {
  provider         = ims
  include_resource = true
}

list "ims_image_tags" "production" {
  provider = ims
  config {
    tags = { stage = "production" }
  }
}
`,
				QueryResultChecks: []querycheck.QueryResultCheck{
					querycheck.ExpectLength("ims_image_tags.all", 2),
					querycheck.ExpectIdentity("ims_image_tags.all", identity),
					querycheck.ExpectResourceDisplayName("ims_image_tags.all", filter, knownvalue.StringExact("golden")),
					querycheck.ExpectResourceKnownValues("ims_image_tags.all", filter, []querycheck.KnownValueCheck{
						{Path: tfjsonpath.New("tags"), KnownValue: exactly(set)},
						{Path: tfjsonpath.New("exclusive"), KnownValue: knownvalue.Bool(false)},
					}),
				},
			},
		},
	})
}
