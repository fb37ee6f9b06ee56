// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/template"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// Ways to manage the tags of several regions. Each provider block is a process of its own.
const (
	oneBlock system = "one provider block"
	aliases  system = "four aliases"
)

var (
	regions  = []string{imstest.Region, "mock-2", "mock-3", "mock-4"}
	projects = []string{imstest.ProjectID, strings.Repeat("2", 32), strings.Repeat("3", 32), strings.Repeat("4", 32)}
)

var regionComparison = comparison{
	title:   fmt.Sprintf("%%d tags in %d regions", len(regions)),
	systems: []system{oneBlock, aliases},
	mock: func() *imstest.Server {
		return imstest.NewServer(imstest.WithRegion(regions[1], projects[1]), imstest.WithRegion(regions[2], projects[2]),
			imstest.WithRegion(regions[3], projects[3]))
	},
	config: withRegions,
}

// regionConfig has the same tags either way.
var regionConfig = template.Must(template.New("").Parse(requirement + `
variable "tags" {
  type = map(object({ region = string, image = string, key = string }))
}
{{range .Blocks}}
provider "ims" {
{{- if $.Aliases}}
  alias       = "{{.}}"
{{- end}}
  region      = "{{.}}"
  auth_url    = "{{$.Mock.URL}}/v3"
  user_name   = "` + imstest.UserName + `"
  password    = "` + imstest.Password + `"
  domain_name = "` + imstest.DomainName + `"
  endpoints = {
{{- range $.Regions}}
    {{.}} = "{{$.Mock.RegionURL .}}"
{{- end}}
  }
}

resource "ims_image_tag" "{{.}}" {
{{- if $.Aliases}}
  provider = ims.{{.}}
  for_each = { for name, tag in var.tags : name => tag if tag.region == "{{.}}" }
{{- else}}
  for_each = var.tags
  region   = each.value.region
{{- end}}
  image_id = each.value.image
  key      = each.value.key
  value    = "value"
}
{{end}}`))

// withRegions is a configuration of tags that are spread over the regions. The images are added to the mock.
func withRegions(s system, tags int) part {
	return func(w *workspace) error {
		all := make(map[string]map[string]string)
		for i := range tags {
			region, number := i%len(regions), i/len(regions)
			image := fmt.Sprintf("%08d-0000-4000-8000-%012d", region, number/tagsPerImage)
			if number%tagsPerImage == 0 {
				w.mock.PutImage(imstest.Image{ID: image, ProjectID: projects[region]})
			}
			all[fmt.Sprintf("t%d", i)] = map[string]string{
				"region": regions[region], "image": image, "key": fmt.Sprintf("key-%d", number%tagsPerImage),
			}
		}
		blocks := regions
		if s == oneBlock {
			blocks = regions[:1]
		}
		var config strings.Builder
		err := regionConfig.Execute(&config, map[string]any{"Aliases": s == aliases, "Blocks": blocks, "Regions": regions, "Mock": w.mock})
		if err != nil {
			return err
		}
		variables, err := json.Marshal(map[string]any{"tags": all})
		return errors.Join(err,
			w.Write("main.tf", config.String()),
			w.Write("terraform.tfvars.json", string(variables)),
			environment("IMS_ENDPOINT=", "HW_PROJECT_ID=", "HW_ACCESS_KEY=", "HW_SECRET_KEY=")(w),
		)
	}
}
