// SPDX-License-Identifier: MPL-2.0

package imagetags

import (
	"context"
	"slices"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

// claims are the claims of an instance to tags of an image, which the other instances of the same provider configuration see,
// also those of ims_image_tag.
type claims struct {
	service *service.Service
	image   ims.Image
	owner   string
}

func (r *setResource) claims(image ims.Image, owner string) claims {
	return claims{service: r.service, image: image, owner: owner}
}

func (c claims) of(key string) store.Claim { return c.service.Claim(c.image, key, c.owner) }

func (c claims) read(keys []string, private setPrivate) {
	c.service.Claims().ImageInState(c.image)
	for _, key := range keys {
		if private.isForeign(key) {
			c.of(key).ReadForeign()
		} else {
			c.of(key).Read()
		}
	}
}

// inState records that the tags of a set, which can be none, are in its state. Foreign ones are there only to be removed.
func (c claims) inState(keys []string, private setPrivate) {
	c.service.Claims().ImageInState(c.image)
	for _, key := range withoutKeys(keys, private.Foreign) {
		c.of(key).InState()
	}
}

// plan holds the tags of a plan, and all tags of the image if the set is exclusive. IsNew says that it was not exclusive for this
// image before.
func (c claims) plan(plan model, isNew bool) {
	for key, value := range plan.knownValues() {
		c.of(key).HoldValue(value)
	}
	if plan.ownsAll() {
		c.service.Claims().HoldAll(c.image, c.owner, plan.ignores, isNew)
	} else {
		c.yieldAll()
	}
}

func (c claims) yieldAll() { c.service.Claims().YieldAll(c.image, c.owner) }

func (c claims) hold(keys []string) {
	for _, key := range keys {
		c.of(key).Hold()
	}
}

// adopt takes the claims over that the plan of a new set has made.
func (c claims) adopt(keys []string) {
	for _, key := range keys {
		c.of(key).Adopt()
	}
}

// wereRead reports whether this process has read all of the tags for the instance.
func (c claims) wereRead(keys []string) bool {
	return !slices.ContainsFunc(keys, func(key string) bool { return !c.of(key).WasRead() })
}

// dropOthers drops the claims to keys whose tags do not exist.
func (c claims) dropOthers(keys []string, existing map[string]string) {
	for _, key := range keys {
		if _, ok := existing[key]; !ok {
			c.of(key).Drop()
		}
	}
}

// release gives up the claims to keys. The returned private data says which of them must be kept, because other instances own
// them.
func (c claims) release(keys []string, private setPrivate) setPrivate {
	kept := slices.Clone(private.Keep)
	for _, key := range keys {
		switch {
		case private.keeps(key), slices.Contains(private.Leave, key):
			c.of(key).Yield()
		case !c.of(key).WillDelete():
			kept = append(kept, key)
		}
	}
	private.Keep = kept
	return private
}

// judge returns the keys that must not be deleted, and those that must be written again, because of other instances. It waits
// for their plans for as long as for a single tag.
func (c claims) judge(ctx context.Context, keys []string) (keep, rewrite []string) {
	ctx, cancel := context.WithTimeout(ctx, store.PlanTimeout)
	defer cancel()
	for _, key := range keys {
		others := c.of(key).Judge(ctx)
		if others.Held {
			keep = append(keep, key)
		}
		if others.Threatened {
			rewrite = append(rewrite, key)
		}
	}
	return keep, rewrite
}
