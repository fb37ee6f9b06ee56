// SPDX-License-Identifier: MPL-2.0

package imagetag_test

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
func TestAccImageTagQuery(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "note", "")
	other := mock.AddImage("other")
	mock.SetTag(other, "note", "v")
	identity := map[string]knownvalue.Check{
		"region": knownvalue.Null(), "project_id": knownvalue.StringExact(imstest.ProjectID),
		"image_id": knownvalue.StringExact(image), "key": knownvalue.StringExact("note"),
	}
	filter := queryfilter.ByResourceIdentity(identity)
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)},
		ProtoV6ProviderFactories: acctest.Factories(),
		Steps: []resource.TestStep{
			{Config: acctest.TagConfig(mock, image, "environment", "production")},
			{
				Query: true,
				Config: `
list "ims_image_tag" "all" {
  provider         = ims
  include_resource = true
}

list "ims_image_tag" "two" {
  provider = ims
  limit    = 2
}

list "ims_image_tag" "production" {
  provider = ims
  config {
    key  = "environment"
    tags = { environment = "production" }
  }
}
`,
				QueryResultChecks: []querycheck.QueryResultCheck{
					querycheck.ExpectLength("ims_image_tag.all", 3),
					querycheck.ExpectIdentity("ims_image_tag.all", identity),
					querycheck.ExpectResourceDisplayName("ims_image_tag.all", filter, knownvalue.StringExact("golden: note")),
					querycheck.ExpectResourceKnownValues("ims_image_tag.all", filter, []querycheck.KnownValueCheck{
						{Path: tfjsonpath.New("value"), KnownValue: knownvalue.StringExact("")},
						{Path: tfjsonpath.New("timeouts"), KnownValue: knownvalue.Null()},
					}),
					querycheck.ExpectLength("ims_image_tag.two", 2),
					querycheck.ExpectLength("ims_image_tag.production", 1),
				},
			},
		},
	})
}
