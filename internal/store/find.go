// SPDX-License-Identifier: MPL-2.0

package store

import (
	"golang.org/x/text/unicode/norm"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Find returns the tag of an image that has the given key, and whether there is one. Terraform normalizes all strings to
// Unicode normal form C (NFC), but other tools may have written the key in another form. Find returns such a tag if it is
// the only one with the same normal form.
func Find(key string, tags []ims.Tag) (ims.Tag, bool) {
	var equivalent []ims.Tag
	for _, tag := range tags {
		if tag.Key == key {
			return tag, true
		}
		if norm.NFC.String(tag.Key) == norm.NFC.String(key) {
			equivalent = append(equivalent, tag)
		}
	}
	if len(equivalent) != 1 {
		return ims.Tag{}, false
	}
	return equivalent[0], true
}
