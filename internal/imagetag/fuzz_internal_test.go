// SPDX-License-Identifier: MPL-2.0

package imagetag

import (
	"strings"
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
)

// Whatever an import id is, it is read without a panic, and what is taken names an image and a key.
func FuzzParseImportID(f *testing.F) {
	const image = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
	for _, seed := range []string{
		"", "/", image, image + "/", image + "/k", image + "//", testProject + "/" + image + "/a/b", testProject + "/" + image, "a/b/c", image + "/" + image,
		"eu-de/" + image + "/k", "eu-de/" + testProject + "/" + image + "/k", "eu-de/" + image, testProject + "/" + testProject + "/k",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		named, err := parseImportID(id)
		if err != nil {
			return
		}
		address := named.address
		hasProject := address.image.ProjectID == "" || attribute.ProjectIDPattern.MatchString(address.image.ProjectID)
		if !attribute.ImageIDPattern.MatchString(address.image.ID) || !hasProject || address.key == "" {
			t.Errorf("%q is read as %+v", id, named)
		}
		var parts []string
		for _, part := range []string{named.region, address.image.ProjectID, address.id()} {
			if part != "" {
				parts = append(parts, part)
			}
		}
		again, err := parseImportID(strings.Join(parts, "/"))
		if err != nil || again != named {
			t.Errorf("%q is read as %+v, and that as %+v, %v", id, named, again, err)
		}
	})
}
