// SPDX-License-Identifier: MPL-2.0

package listblock

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// configurable returns the tags of an image that a configuration can have, with their keys as Terraform spells them, and the
// others as they are. Both are in the order of their keys.
func configurable(tags []ims.Tag) (chosen, others []ims.Tag) {
	inOrder := slices.SortedFunc(slices.Values(tags), func(a, b ims.Tag) int { return strings.Compare(a.Key, b.Key) })
	for _, tag := range inOrder {
		key := norm.NFC.String(tag.Key)
		found, ok := store.Find(key, tags)
		if ok && found == tag && attribute.IsConfigurable(key, tag.Value) {
			chosen = append(chosen, ims.Tag{Key: key, Value: tag.Value})
		} else {
			others = append(others, tag)
		}
	}
	return chosen, others
}

// withKey returns the tags with a key, in any spelling. No key stands for all.
func withKey(key string, tags []ims.Tag) []ims.Tag {
	if key == "" {
		return tags
	}
	var found []ims.Tag
	for _, tag := range tags {
		if norm.NFC.String(tag.Key) == norm.NFC.String(key) {
			found = append(found, tag)
		}
	}
	return found
}
