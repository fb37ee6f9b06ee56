// SPDX-License-Identifier: MPL-2.0

package store

import (
	"crypto/rand"
	"slices"
	"strings"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// provisionalPrefix begins the names of owners that do not exist yet.
const provisionalPrefix = "new:"

// NewProvisionalOwner returns the name of an owner that is planned and does not exist yet. Once it does, it takes the claim over
// with [Claim.Adopt].
func NewProvisionalOwner() string { return provisionalPrefix + rand.Text() }

// IsProvisional reports whether a name is that of an owner that does not exist yet.
func IsProvisional(owner string) bool { return strings.HasPrefix(owner, provisionalPrefix) }

// known is what the states and the plans of this process are about. Unlike the claims, it only grows. The mutex of [Claims]
// guards it.
type known struct {
	keys   map[ims.Image]map[string]struct{}  // every key that was ever claimed
	states map[claimedTag]map[string]struct{} // the owners that have, or had, the tag in their state
	images map[ims.Image]struct{}             // the images in any state
}

func (k *known) addKey(tag claimedTag) {
	if k.keys == nil {
		k.keys = make(map[ims.Image]map[string]struct{})
	}
	if k.keys[tag.image] == nil {
		k.keys[tag.image] = make(map[string]struct{})
	}
	k.keys[tag.image][tag.key] = struct{}{}
}

func (k *known) add(tag claimedTag, owner string) {
	if k.states == nil {
		k.states = make(map[claimedTag]map[string]struct{})
	}
	if k.states[tag] == nil {
		k.states[tag] = make(map[string]struct{})
	}
	k.states[tag][owner] = struct{}{}
	k.addImage(tag.image)
}

func (k *known) addImage(image ims.Image) {
	if k.images == nil {
		k.images = make(map[ims.Image]struct{})
	}
	k.images[image] = struct{}{}
}

// InState records that the tag is in the state of the owner.
func (c Claim) InState() {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	c.claims.known.add(c.tag, c.owner)
}

// HoldValue is like [Claim.Hold], and records the value that the owner plans for the tag. It is nil if it is not known.
func (c Claim) HoldValue(value *string) {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	c.hold().value = value
}

// Adopt makes the claim of a planned owner of this tag, which now exists, that of this owner, and holds the tag.
func (c Claim) Adopt() {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	for _, planned := range c.claims.tags[c.tag] {
		if planned.status == holding && IsProvisional(planned.owner) {
			planned.owner = c.owner
			return
		}
	}
	c.hold()
}

// Rival is another owner that keeps or creates the same tag.
type Rival struct {
	Value *string // that it plans; nil if it is not known

	// HasAll says that the other owner has all tags of the image, and removes this one.
	HasAll bool

	// Known says that the tag is, or was, in the state of several owners already. The configuration has been applied like this
	// before.
	Known bool
}

// Rival returns the owner that held the tag before this one did. It is nil if there is none. An owner that has been read and not
// planned may give the tag up, so it is none: if it keeps the tag, it has this owner as its rival.
func (c Claim) Rival() *Rival {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	own := c.find()
	if own == nil || own.status != holding {
		return nil
	}
	for _, other := range c.others() {
		if other.status == holding && other.heldAs < own.heldAs {
			return &Rival{Value: other.value, Known: len(c.claims.known.states[c.tag]) > 1}
		}
	}
	for _, other := range c.ofAll() {
		if other.heldAs < own.heldAs {
			return &Rival{HasAll: true, Known: c.claims.isKnown(other, c.tag)}
		}
	}
	return nil
}

// IsOwned reports whether the tag is, or was, in the state of any owner, or whether another owner claims it. One that has only
// found the tag does not own it.
func (c Claim) IsOwned() bool {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	return len(c.claims.known.states[c.tag]) > 0 || slices.ContainsFunc(c.others(), func(other *claim) bool {
		return other.status == holding || !other.foreign && other.status != yielding
	})
}

// IsInState reports whether the tag is, or was, in the state of any owner.
func (c Claim) IsInState() bool {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	return len(c.claims.known.states[c.tag]) > 0
}

// ImageInState records that the image is in a state, with tags or without.
func (c *Claims) ImageInState(image ims.Image) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known.addImage(image)
}

// IsImageInState reports whether the image is, or was, in any state.
func (c *Claims) IsImageInState(image ims.Image) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, known := c.known.images[image]
	return known
}

// Keys returns the keys of the image that owners keep or create, and the keys that they delete, or may delete because their
// plan is not known yet. Both are sorted.
func (c *Claims) Keys(image ims.Image) (kept, leaving []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for key := range c.known.keys[image] {
		claims := c.tags[claimedTag{image: image, key: key}]
		switch {
		case slices.ContainsFunc(claims, func(own *claim) bool { return own.status == holding }):
			kept = append(kept, key)
		case slices.ContainsFunc(claims, func(own *claim) bool { return own.status == deleting || own.status == undecided }):
			leaving = append(leaving, key)
		}
	}
	slices.Sort(kept)
	slices.Sort(leaving)
	return kept, leaving
}
