// SPDX-License-Identifier: MPL-2.0

package store

import (
	"slices"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// exclusive is the claim of an owner to all tags of an image but those that it ignores.
type exclusive struct {
	owner   string
	ignores func(key string) bool
	isNew   bool
	heldAs  int // the place in the order in which claims have become holding
}

// HoldAll records that an owner removes all tags of an image that it does not claim one by one, except those that it ignores.
// IsNew says that it has not done so before.
func (c *Claims) HoldAll(image ims.Image, owner string, ignores func(key string) bool, isNew bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.exclusive == nil {
		c.exclusive = make(map[ims.Image][]exclusive)
	}
	claim := exclusive{owner: owner, ignores: ignores, isNew: isNew}
	if index := c.indexOfAll(image, owner); index >= 0 {
		before := c.exclusive[image][index] // a replacement is planned twice
		claim.heldAs, claim.isNew = before.heldAs, isNew || before.isNew
		c.exclusive[image][index] = claim
		return
	}
	c.holds++
	claim.heldAs = c.holds
	c.exclusive[image] = append(c.exclusive[image], claim)
}

// YieldAll ends [Claims.HoldAll].
func (c *Claims) YieldAll(image ims.Image, owner string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if index := c.indexOfAll(image, owner); index >= 0 {
		c.exclusive[image] = slices.Delete(c.exclusive[image], index, index+1)
	}
}

// indexOfAll returns the index of the claim of an owner to all tags of an image, or -1. The caller holds the mutex.
func (c *Claims) indexOfAll(image ims.Image, owner string) int {
	return slices.IndexFunc(c.exclusive[image], func(e exclusive) bool { return e.owner == owner })
}

// isKnown reports whether an owner has had all tags of an image while another one had this tag. The caller holds the mutex.
func (c *Claims) isKnown(all exclusive, tag claimedTag) bool {
	if all.isNew {
		return false
	}
	for owner := range c.known.states[tag] {
		if owner != all.owner {
			return true
		}
	}
	return false
}

// ofAll returns the other owners that remove the tag, because they have all tags of the image. The caller holds the mutex.
func (c Claim) ofAll() []exclusive {
	return slices.DeleteFunc(slices.Clone(c.claims.exclusive[c.tag.image]), func(e exclusive) bool {
		return e.owner == c.owner || e.ignores(c.tag.key)
	})
}

// Intruders returns the keys of an image that other owners held before this owner claimed all tags of the image, sorted. Known
// says that this has been applied before.
func (c *Claims) Intruders(image ims.Image, owner string) (keys []string, known bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	index := c.indexOfAll(image, owner)
	if index < 0 {
		return nil, false
	}
	own := c.exclusive[image][index]
	known = true
	for key := range c.known.keys[image] {
		tag := claimedTag{image: image, key: key}
		isHeld := func(by func(owner string) bool) bool {
			return slices.ContainsFunc(c.tags[tag], func(held *claim) bool {
				return held.status == holding && held.heldAs < own.heldAs && by(held.owner)
			})
		}
		if own.ignores(key) || !isHeld(func(by string) bool { return by != owner }) || isHeld(func(by string) bool { return by == owner }) {
			continue
		}
		keys = append(keys, key)
		known = known && c.isKnown(own, tag)
	}
	slices.Sort(keys)
	return keys, known
}
