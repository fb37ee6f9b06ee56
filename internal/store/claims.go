// SPDX-License-Identifier: MPL-2.0

package store

import (
	"context"
	"sync"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// PlanTimeout is how long [Claim.Judge] waits for the plans of owners that were read earlier. Terraform plans an instance
// right after it has read it. If a plan does not come (a refresh alone, a tainted instance), the owner is treated both as
// one that keeps the tag and as one that deletes it. That costs one more write at most, and loses no tag.
const PlanTimeout = time.Second

// Claims records which owners claim which tags, so that the delete of one owner does not remove a tag that another one
// keeps. An owner is anything in this process that writes and deletes tags under a unique name, such as a resource
// instance. The zero value has no claims. It is safe for concurrent use.
type Claims struct {
	mu    sync.Mutex
	tags  map[claimedTag][]*claim
	known known
	holds int // how many claims have become holding, for their order

	exclusive map[ims.Image][]exclusive

	walk walk
}

type claimedTag struct {
	image ims.Image
	key   string
}

// claim is the claim of one owner to one tag. The mutex of [Claims] guards it.
type claim struct {
	owner    string
	read     bool // this process has read the tag for the owner
	foreign  bool // the owner found the tag, and its configuration never had it
	rewrites bool // the owner writes the tag again if it keeps it
	status   claimStatus
	planned  chan struct{} // closed when the status is no longer undecided
	heldAs   int           // the place in the order in which claims have become holding
	value    *string       // that the owner plans for the tag it holds; nil if it is not known
}

type claimStatus int

const (
	undecided claimStatus = iota // not planned yet
	holding                      // keeps the tag
	deleting                     // deletes the tag
	yielding                     // gives the tag up without deleting it
)

// Claim is the claim of one owner to one tag.
type Claim struct {
	claims *Claims
	tag    claimedTag
	owner  string
}

// Of returns the claim of an owner to a tag. It records nothing.
func (c *Claims) Of(image ims.Image, key, owner string) Claim {
	return Claim{claims: c, tag: claimedTag{image: image, key: key}, owner: owner}
}

// Read records that the tag is in the state of the owner. The plan of the owner is not known yet.
func (c Claim) Read() {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	c.findOrAdd().read = true
	c.claims.known.add(c.tag, c.owner)
}

// ReadForeign is like [Claim.Read] for a tag that the owner has only found. Until it holds the tag, nobody owns it.
func (c Claim) ReadForeign() {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	own := c.findOrAdd()
	own.read, own.foreign = true, true
}

// WasRead reports whether this process has read the tag for the owner.
func (c Claim) WasRead() bool {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	own := c.find()
	return own != nil && own.read
}

// Hold records that the owner keeps the tag, or creates it.
func (c Claim) Hold() {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	c.hold()
}

// hold is Hold for a caller that holds the mutex.
func (c Claim) hold() *claim {
	own := c.findOrAdd()
	if own.status != holding {
		c.claims.holds++
		own.heldAs = c.claims.holds
	}
	own.setStatus(holding)
	return own
}

// Yield records that the owner gives the tag up without deleting it.
func (c Claim) Yield() {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	c.findOrAdd().setStatus(yielding)
}

// WillDelete records that the owner deletes the tag, and reports whether it may. It may not if another owner keeps the tag,
// or may keep it.
func (c Claim) WillDelete() bool {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	c.findOrAdd().setStatus(deleting)
	for _, other := range c.others() {
		if other.status == holding || other.status == undecided && !other.rewrites {
			return false
		}
	}
	return true
}

// Drop removes the claim, because the tag does not exist or could not be created.
func (c Claim) Drop() {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	own := c.find()
	if own == nil {
		return
	}
	own.setStatus(yielding) // which ends the wait of others for its plan
	c.claims.tags[c.tag] = c.others()
}

// Threatened reports whether another owner deletes the tag.
func (c Claim) Threatened() bool {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	for _, other := range c.others() {
		if other.status == deleting {
			return true
		}
	}
	return false
}

// Judgement says what the plans of other owners of a tag mean for an owner that has just been read.
type Judgement struct {
	Held       bool // another owner keeps the tag, or may keep it: this one must not delete it
	Threatened bool // another owner deletes the tag, or may delete it: this one must write it again if it keeps it
}

// Judge returns the [Judgement] for an owner that has called [Claim.Read]. Only owners that were read earlier count, and it
// waits up to a second for their plans. So one of two owners always learns of the other, in whatever order Terraform
// continues. And the first owner is never told to leave the tag to another: if all owners are destroyed, one of them
// deletes the tag.
func (c Claim) Judge(ctx context.Context) Judgement {
	ctx, cancel := context.WithTimeout(ctx, PlanTimeout)
	defer cancel()
	for {
		judgement, wait := c.judge()
		if wait == nil {
			return judgement
		}
		select {
		case <-wait:
		case <-ctx.Done():
			return judgement
		}
	}
}

// judge returns the judgement of now. If it depends on a plan that has not come yet, wait is closed when that comes.
func (c Claim) judge() (judgement Judgement, wait <-chan struct{}) {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	for _, earlier := range c.claims.tags[c.tag] {
		if earlier.owner == c.owner {
			earlier.rewrites = judgement.Threatened
			break
		}
		switch earlier.status {
		case holding:
			judgement.Held = true
		case deleting:
			judgement.Threatened = true
		case undecided:
			judgement.Held, judgement.Threatened, wait = true, true, earlier.planned
		case yielding:
		}
	}
	return judgement, wait
}

// findOrAdd returns the claim of the owner, and adds it if there is none. The caller holds the mutex.
func (c Claim) findOrAdd() *claim {
	if own := c.find(); own != nil {
		return own
	}
	own := &claim{owner: c.owner, planned: make(chan struct{})}
	if c.claims.tags == nil {
		c.claims.tags = make(map[claimedTag][]*claim)
	}
	c.claims.tags[c.tag] = append(c.claims.tags[c.tag], own)
	c.claims.known.addKey(c.tag)
	return own
}

// find returns the claim of the owner, or nil. The caller holds the mutex.
func (c Claim) find() *claim {
	for _, claim := range c.claims.tags[c.tag] {
		if claim.owner == c.owner {
			return claim
		}
	}
	return nil
}

// others returns the claims of all other owners. The caller holds the mutex.
func (c Claim) others() []*claim {
	var others []*claim
	for _, claim := range c.claims.tags[c.tag] {
		if claim.owner != c.owner {
			others = append(others, claim)
		}
	}
	return others
}

func (c *claim) setStatus(status claimStatus) {
	if c.status == undecided {
		close(c.planned)
	}
	c.status = status
}
