// SPDX-License-Identifier: MPL-2.0

package imagetag

import (
	"strings"
	"testing"
)

const testProject = "0123456789abcdef0123456789abcdef"

func TestParseImportID(t *testing.T) {
	t.Parallel()
	const image = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
	other := strings.Repeat("f", 32)
	cases := map[string]struct {
		id, region, project, key string
	}{
		"an image and a key":              {image + "/environment", "", "", "environment"},
		"with a project":                  {other + "/" + image + "/environment", "", other, "environment"},
		"with a region":                   {"eu-de/" + image + "/environment", "eu-de", "", "environment"},
		"with a region and a project":     {"eu-de/" + other + "/" + image + "/environment", "eu-de", other, "environment"},
		"a key with slashes":              {image + "/a/b/c", "", "", "a/b/c"},
		"a key that begins with a slash":  {image + "//a", "", "", "/a"},
		"a key that looks like a project": {image + "/" + other, "", "", other},
		"a key that looks like an image":  {image + "/" + image, "", "", image},
		"a key that is blank":             {image + "/ ", "", "", " "},
		"a key beyond the limits":         {image + "/" + strings.Repeat("k", 127), "", "", strings.Repeat("k", 127)},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := parseImportID(c.id)
			if err != nil {
				t.Fatal(err)
			}
			if got.region != c.region || got.address.image.ProjectID != c.project || got.address.image.ID != image || got.address.key != c.key {
				t.Errorf("it is %+v", got)
			}
		})
	}
}
