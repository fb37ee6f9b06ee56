package provider

import (
	"golang.org/x/text/unicode/norm"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// findTag returns the tag with a key among the tags of its image. Terraform composes all characters (NFC), and other tools
// may have written the key otherwise: such a tag is the one that is meant, if it is the only one that could be.
func findTag(key string, tags []ims.Tag) (ims.Tag, bool) {
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
