package explain

import (
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

const factKey = "Key"

// safeKey matches a quoted key that every cloud of the family accepts.
var safeKey = regexp.MustCompile(`^"[A-Za-z0-9_-]+"$`)

// Tag is the subject of one tag of an image.
func Tag(image ims.Image, key string) Subject {
	return Subject{
		Title: "image tag",
		Facts: []Fact{{"Image", image.ID}, {factKey, fmt.Sprintf("%q", key)}, {"Project", image.ProjectID}},
		Image: path.Root("image_id"), Project: path.Root("project_id"), Key: path.Root("key"), Value: path.Root("value"),
	}
}
