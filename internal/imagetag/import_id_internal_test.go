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
		id, project, image, key string
	}{
		"an image and a key":              {image + "/environment", testProject, image, "environment"},
		"with a project":                  {other + "/" + image + "/environment", other, image, "environment"},
		"a key with slashes":              {image + "/a/b/c", testProject, image, "a/b/c"},
		"a key that begins with a slash":  {image + "//a", testProject, image, "/a"},
		"a key that looks like a project": {image + "/" + other, testProject, image, other},
		"a key that looks like an image":  {image + "/" + image, testProject, image, image},
		"a key that is blank":             {image + "/ ", testProject, image, " "},
		"a key beyond the limits":         {image + "/" + strings.Repeat("k", 127), testProject, image, strings.Repeat("k", 127)},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := parseImportID(c.id, testProject)
			if err != nil {
				t.Fatal(err)
			}
			if got.image.ProjectID != c.project || got.image.ID != c.image || got.key != c.key {
				t.Errorf("the address is %+v", got)
			}
		})
	}
}
