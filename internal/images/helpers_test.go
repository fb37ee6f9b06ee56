// SPDX-License-Identifier: MPL-2.0

package images_test

import (
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

type tags = map[string]string

// addImage adds an image with tags. An image that is added later is newer by a minute.
func addImage(mock *imstest.Server, name string, of tags) string {
	id := mock.AddImage(name)
	for key, value := range of {
		mock.SetTag(id, key, value)
	}
	return id
}

// family adds three images of a family, the oldest first: in production, in test, and broken in production.
func family(mock *imstest.Server) {
	addImage(mock, "web-1", tags{"family": "web", "stage": "production"})
	addImage(mock, "web-2", tags{"family": "web", "stage": "test", "note": ""})
	addImage(mock, "web-3", tags{"family": "web", "stage": "production", "broken": "yes"})
}
