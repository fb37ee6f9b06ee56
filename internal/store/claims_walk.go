// SPDX-License-Identifier: MPL-2.0

package store

import "slices"

// Usually, a process serves one walk of Terraform: a plan or an apply. With the provider block in a test file, one process serves
// all walks of the file, and the claims of an earlier walk must not count in a later one.

// Planning records that owners are read or planned, in a plan or in an apply.
func (c *Claims) Planning(isApply bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case isApply && !c.isApplying:
		c.dropProvisional()
	case !isApply && c.isApplying:
		c.tags, c.exclusive, c.known = nil, nil, known{}
	}
	c.isApplying = isApply
}

// dropProvisional drops the claims of planned owners, which an apply plans again under other names. The caller holds the mutex.
func (c *Claims) dropProvisional() {
	for tag, claims := range c.tags {
		c.tags[tag] = slices.DeleteFunc(claims, func(own *claim) bool { return IsProvisional(own.owner) })
	}
	for image, all := range c.exclusive {
		c.exclusive[image] = slices.DeleteFunc(all, func(e exclusive) bool { return IsProvisional(e.owner) })
	}
}
