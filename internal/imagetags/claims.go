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

func (c claims) read(keys []string) {
	for _, key := range keys {
		c.of(key).Read()
	}
}

func (c claims) hold(keys []string) {
	for _, key := range keys {
		c.of(key).Hold()
	}
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
		case private.keeps(key):
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
