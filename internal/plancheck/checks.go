// SPDX-License-Identifier: MPL-2.0

package plancheck

import (
	"slices"
	"strings"

	"golang.org/x/text/unicode/norm"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// maximum adds an error if the configuration alone wants more tags than an image can have, once for an image. A tag that is
// in a state counts and is no error itself: the service has accepted it before.
func (c *checker) maximum() {
	kept, _ := c.service.Claims().Keys(c.plan.Image)
	isNew := func(tag Tag) bool { return !c.service.Claim(c.plan.Image, tag.Key, c.plan.Owner).IsInState() }
	first := slices.IndexFunc(c.plan.Tags, isNew)
	if first >= 0 && len(kept) > attribute.MaxTags && c.saysFirst("maximum") {
		c.diags.Append(c.tooManyPlanned(c.plan.Tags[first], kept))
	}
}

// room adds a warning if the image could get more tags than it can have, once for an image. Keys that other instances have in
// their state and that are not planned yet may be deleted, and do not count.
func (c *checker) room(present []ims.Tag) {
	kept, leaving := c.service.Claims().Keys(c.plan.Image)
	after := slices.Clone(kept)
	for _, tag := range present {
		if !slices.Contains(leaving, tag.Key) {
			after = append(after, tag.Key)
		}
	}
	slices.Sort(after)
	after = slices.Compact(after)
	if len(kept) > attribute.MaxTags || len(after) <= attribute.MaxTags {
		return
	}
	if c.saysFirst("room") {
		c.diags.Append(c.mayBeFull(present, after))
	}
}

// saysFirst reports whether no other instance has said something about the image.
func (c *checker) saysFirst(what string) bool {
	return c.service.SaysFirst(what + " " + c.plan.Image.ProjectID + " " + c.plan.Image.ID)
}

// isLeaving reports whether this plan deletes a key, or may delete it.
func (c *checker) isLeaving(key string) bool {
	_, leaving := c.service.Claims().Keys(c.plan.Image)
	return slices.Contains(leaving, key)
}

// looksLike reports whether two different keys look the same, or the same but for upper and lower case.
func looksLike(a, b string) bool {
	return strings.EqualFold(norm.NFC.String(a), norm.NFC.String(b))
}
