// SPDX-License-Identifier: MPL-2.0

package store

import "slices"

// Usually, a process serves one walk of Terraform: a plan or an apply. With the provider block in a test file, one process serves
// all walks of the file, and the claims of an earlier walk must not count in a later one. Two facts tell walks apart: only a plan
// reads resources, and only an apply creates, updates or deletes them. That an apply announces itself is not enough: where
// Terraform may defer changes, as in Stacks, plans announce the same.

// walk is what is known of the walk that the claims are of. The mutex of [Claims] guards it.
type walk struct {
	announced bool // what was planned last was announced as a part of an apply
	applied   bool // a resource was created, updated or deleted
}

// Reading records that an owner is read, in a plan.
func (c *Claims) Reading() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.walk.applied {
		c.startWalk()
	}
}

// Planning records that an owner is planned. Terraform may announce that this is in an apply.
func (c *Claims) Planning(announced bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !announced && c.walk.announced && c.walk.applied {
		c.startWalk()
	}
	if announced && !c.walk.announced {
		c.dropPlans()
	}
	c.walk.announced = c.walk.announced || announced
}

// Applying records that an owner is created, updated or deleted, in an apply.
func (c *Claims) Applying() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.walk.applied = true
}

// startWalk forgets the walk before. The caller holds the mutex.
func (c *Claims) startWalk() {
	c.tags, c.exclusive, c.known, c.walk = nil, nil, known{}, walk{}
}

// dropPlans drops what owners plan to have. An apply plans each owner again that it changes, and a replaced one under another name.
// Deletes stay: an apply does not plan them again, and some may have begun. The caller holds the mutex.
func (c *Claims) dropPlans() {
	for tag, claims := range c.tags {
		c.tags[tag] = slices.DeleteFunc(claims, func(own *claim) bool { return own.status == holding || own.status == undecided })
	}
	c.exclusive = nil
}
