// SPDX-License-Identifier: MPL-2.0

package main

import (
	"fmt"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// Ways to manage all tags of an image.
const (
	sets    system = "`ims_image_tags`"
	singles system = "`ims_image_tag`"
)

var setComparison = comparison{
	title:   fmt.Sprintf("%%d tags, %d on each image", tagsPerImage),
	systems: []system{sets, singles},
	mock:    func() *imstest.Server { return imstest.NewServer() },
	config: func(s system, tags int) part {
		if s == sets {
			return withSets(tags)
		}
		return withTags(tags)
	},
}

// withSets is a configuration with a block for each image, and the same tags as withTags.
func withSets(tags int) part {
	return func(w *workspace) error {
		var config strings.Builder
		config.WriteString(requirement)
		for first := 0; first < tags; first += tagsPerImage {
			fmt.Fprintf(&config, "\nresource \"ims_image_tags\" \"i%d\" {\n  image_id = %q\n  tags = {\n", first,
				w.mock.AddImage(fmt.Sprintf("image-%d", first)))
			for i := first; i < min(first+tagsPerImage, tags); i++ {
				fmt.Fprintf(&config, "    key-%d = \"value-%d\"\n", i%tagsPerImage, i)
			}
			config.WriteString("  }\n}\n")
		}
		return w.Write("main.tf", config.String())
	}
}
