package store

import (
	"context"
	"sync"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// planGrace is how long [Claim.Judge] waits for the plan of an owner that was read earlier. Terraform plans an instance
// right after it has read it; an owner whose plan does not come (a refresh alone, a tainted instance) is taken both for
// one that keeps the tag and for one that deletes it, which costs a write at most and loses nothing.
const planGrace = time.Second

// Claims knows which owners have which tags, as far as this process was told, so that no owner's delete removes a tag
// that another one keeps. An owner is whatever writes and deletes tags and has a name of its own; one owner can claim
// many tags, and give one up and claim it again. The zero value has no claims.
type Claims struct {
	mu   sync.Mutex
	tags map[claimedTag][]*claim
}

type claimedTag struct {
	image ims.Image
	key   string
}

// claim is what one owner wants of a tag. The lock of [Claims] guards it.
type claim struct {
	owner    string
	read     bool
	rewrites bool // writes the tag again if it keeps it
	status   claimStatus
	planned  chan struct{} // closed once status is no longer undecided
}

type claimStatus int

const (
	undecided claimStatus = iota // read, and not planned yet
	holding                      // keeps the tag
	deleting                     // deletes the tag
	yielding                     // gives the tag up and leaves it in place, whatever else happens
)

// Claim is the claim of one owner to one tag.
type Claim struct {
	claims *Claims
	tag    claimedTag
	owner  string
}

// Of returns the claim of an owner to a tag. It registers nothing.
func (c *Claims) Of(image ims.Image, key, owner string) Claim {
	return Claim{claims: c, tag: claimedTag{image: image, key: key}, owner: owner}
}

// Read registers that the owner has had the tag so far. What becomes of it is not known yet.
func (c Claim) Read() {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	c.mine().read = true
}

// WasRead reports whether this process has read the tag for the owner.
func (c Claim) WasRead() bool {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	own := c.find()
	return own != nil && own.read
}

// Hold registers that the owner keeps the tag.
func (c Claim) Hold() {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	c.mine().become(holding)
}

// Yield registers that the owner gives the tag up without deleting it.
func (c Claim) Yield() {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	c.mine().become(yielding)
}

// WillDelete registers that the owner is going to delete the tag, and reports whether it may: not if another owner has it.
func (c Claim) WillDelete() bool {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	c.mine().become(deleting)
	for _, other := range c.others() {
		if other.status == holding || other.status == undecided && !other.rewrites {
			return false
		}
	}
	return true
}

// Drop forgets the claim: there is no such tag, or it could not be made.
func (c Claim) Drop() {
	c.claims.mu.Lock()
	defer c.claims.mu.Unlock()
	own := c.find()
	if own == nil {
		return
	}
	own.become(yielding) // for whoever waits for it
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

// Judgement is what the other owners of a tag mean for one that has just been read.
type Judgement struct {
	Held       bool // another owner has the tag: this one must not delete it
	Threatened bool // another owner may delete the tag: this one has to write it again if it keeps it
}

// Judge tells what the others mean for an owner that has registered with [Claim.Read]. Only those that were read earlier
// count, and it waits a moment for their plans. So of two owners one learns of the other, whatever the order in which the
// rest of the walk goes; and the first is never told to leave the tag to another, so that of owners that are all destroyed
// one deletes it.
func (c Claim) Judge(ctx context.Context) Judgement {
	ctx, cancel := context.WithTimeout(ctx, planGrace)
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

// judge is what can be said now, and what to wait for to say it better.
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

// mine returns the owner's claim, which it makes if there is none. The caller holds the lock.
func (c Claim) mine() *claim {
	if own := c.find(); own != nil {
		return own
	}
	own := &claim{owner: c.owner, planned: make(chan struct{})}
	if c.claims.tags == nil {
		c.claims.tags = make(map[claimedTag][]*claim)
	}
	c.claims.tags[c.tag] = append(c.claims.tags[c.tag], own)
	return own
}

// find returns the owner's claim, or nil. The caller holds the lock.
func (c Claim) find() *claim {
	for _, claim := range c.claims.tags[c.tag] {
		if claim.owner == c.owner {
			return claim
		}
	}
	return nil
}

// others returns the claims of all other owners. The caller holds the lock.
func (c Claim) others() []*claim {
	var others []*claim
	for _, claim := range c.claims.tags[c.tag] {
		if claim.owner != c.owner {
			others = append(others, claim)
		}
	}
	return others
}

func (c *claim) become(status claimStatus) {
	if c.status == undecided {
		close(c.planned)
	}
	c.status = status
}
