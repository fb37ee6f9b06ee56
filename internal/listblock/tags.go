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

// Configurable returns the tags of an image that a configuration can have, with their keys as Terraform spells them, and the
// others as they are. Both are in the order of their keys.
func Configurable(tags []ims.Tag) (configurable, others []ims.Tag) {
	inOrder := slices.SortedFunc(slices.Values(tags), func(a, b ims.Tag) int { return strings.Compare(a.Key, b.Key) })
	for _, tag := range inOrder {
		key := norm.NFC.String(tag.Key)
		found, ok := store.Find(key, tags)
		if ok && found == tag && attribute.IsConfigurable(key, tag.Value) {
			configurable = append(configurable, ims.Tag{Key: key, Value: tag.Value})
		} else {
			others = append(others, tag)
		}
	}
	return configurable, others
}
