// SPDX-License-Identifier: MPL-2.0

package store

import (
	"context"
	"sync"
	"time"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

const (
	// deleteGrace is how long a write of a full image waits for a delete to start while nothing else happens in this process.
	// Terraform starts a delete at once if it runs fewer operations than -parallelism allows. It tells the provider of no
	// delete before it starts, so a longer wait would only delay the error of an image that stays full.
	deleteGrace = 2 * time.Second

	// deleteHorizon is how long such a write waits at most for a delete to start. Meanwhile, it takes up one of the operations
	// that Terraform runs at a time.
	deleteHorizon = time.Minute
)

// deletes counts the deletes of each image, so that a write that the image has no room for can follow them. The zero value has
// none.
type deletes struct {
	mu      sync.Mutex
	started map[ims.Image]int
	ended   map[ims.Image]int
	changed chan struct{} // closed and replaced when anything happens
}

// begin records that a delete has started. The returned function records that it has ended.
func (d *deletes) begin(image ims.Image) (end func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.started == nil {
		d.started, d.ended = make(map[ims.Image]int), make(map[ims.Image]int)
	}
	d.started[image]++
	d.wake()
	return func() {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.ended[image]++
		d.wake()
	}
}

// touch records that an operation of this process has ended, after which Terraform may start a delete.
func (d *deletes) touch() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wake()
}

// wake wakes all that wait. The caller holds the mutex.
func (d *deletes) wake() {
	if d.changed != nil {
		close(d.changed)
		d.changed = nil
	}
}

// giveUp reports whether nothing has happened since changed was returned. If so, it wakes the others, of which none has given up.
func (d *deletes) giveUp(changed <-chan struct{}) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if changed != d.changed {
		return false
	}
	d.wake()
	return true
}

// state returns how many deletes of the image are in progress and how many have ended. changed is closed when anything happens.
func (d *deletes) state(image ims.Image) (running, ended int, changed <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.changed == nil {
		d.changed = make(chan struct{})
	}
	return d.started[image] - d.ended[image], d.ended[image], d.changed
}

// countEnded returns how many deletes of the image have ended.
func (d *deletes) countEnded(image ims.Image) int {
	_, ended, _ := d.state(image)
	return ended
}

// await waits until more deletes of the image have ended than before, and reports whether they have. It gives up if none is in
// progress and none can be expected: if nothing has ended in this process for [deleteGrace], or none has started within
// [deleteHorizon]. Several writes that wait give up one after the other, because each that ends lets Terraform start another
// operation, which may be a delete.
func (d *deletes) await(ctx context.Context, image ims.Image, before int) bool {
	horizon := time.After(deleteHorizon)
	for {
		running, ended, changed := d.state(image)
		if ended > before {
			return true
		}
		var grace, end <-chan time.Time
		if running == 0 {
			grace, end = time.After(deleteGrace), horizon
		}
		select {
		case <-changed:
		case <-grace:
			if d.giveUp(changed) {
				return false
			}
		case <-end:
			return false
		case <-ctx.Done():
			return false
		}
	}
}
