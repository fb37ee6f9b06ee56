package imagetag

import (
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
)

// Whatever an import id is, it is read without a panic, and what is taken names an image and a key.
func FuzzParseImportID(f *testing.F) {
	const image = "0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0"
	for _, seed := range []string{
		"", "/", image, image + "/", image + "/k", image + "//", testProject + "/" + image + "/a/b", testProject + "/" + image, "a/b/c", image + "/" + image,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		address, err := parseImportID(id, testProject)
		if err != nil {
			return
		}
		if !attribute.ImageIDPattern.MatchString(address.image.ID) || !attribute.ProjectIDPattern.MatchString(address.image.ProjectID) || address.key == "" {
			t.Errorf("%q is read as %+v", id, address)
		}
		again, err := parseImportID(address.image.ProjectID+"/"+address.id(), "")
		if err != nil || again != address {
			t.Errorf("%q is read as %+v, and that as %+v, %v", id, address, again, err)
		}
	})
}
