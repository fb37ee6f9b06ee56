package store

import (
	"golang.org/x/text/unicode/norm"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// Find returns the tag with a key among the tags of an image. Terraform normalizes all strings to composed characters
// (NFC), and other tools may have written the key otherwise. Such a tag is found if no other tag has the same normal form.
func Find(key string, tags []ims.Tag) (ims.Tag, bool) {
	var twins []ims.Tag
	for _, tag := range tags {
		if tag.Key == key {
			return tag, true
		}
		if norm.NFC.String(tag.Key) == norm.NFC.String(key) {
			twins = append(twins, tag)
		}
	}
	if len(twins) != 1 {
		return ims.Tag{}, false
	}
	return twins[0], true
}
