// SPDX-License-Identifier: MPL-2.0

package explain

import (
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

const (
	factKey        = "Key"
	codeInvalidTag = "IMG.0115"
)

// safeKey matches a quoted key that every cloud of the family accepts.
var safeKey = regexp.MustCompile(`^"[A-Za-z0-9_-]+"$`)

// Tag is the subject of one tag of an image. The region is empty if the provider has none.
func Tag(region string, image ims.Image, key string) Subject {
	return Subject{
		Title: "image tag",
		Facts: append([]Fact{{"Image", image.ID}, {factKey, fmt.Sprintf("%q", key)}}, placeFacts(region, image.ProjectID)...),
		Image: path.Root("image_id"), Project: path.Root("project_id"), Key: path.Root("key"), Value: path.Root("value"),
	}
}
