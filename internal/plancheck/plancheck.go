// SPDX-License-Identifier: MPL-2.0

// Package plancheck tells at plan time what an apply would run into: an image that does not exist, a tag that would be
// overwritten, more tags than an image can have, and two resource instances with one tag. Every resource that writes tags
// calls it in ModifyPlan.
//
// A check that cannot get its answer stays silent. Only what has never been applied is an error: Terraform plans everything
// before it destroys anything, so an error in the plan of an instance that exists, or whose image has disappeared, would
// keep terraform destroy from working.
package plancheck

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/service"
)

// Plan is what one resource instance plans for the tags of one image. The instance has claimed its tags before: see
// [service.Service.Claim].
type Plan struct {
	Type  string // of the resource, such as ims_image_tag
	Place service.Place
	Image ims.Image
	Owner string // of the claims of the instance

	// Tags are the tags with known keys that the plan adds to the image, or moves to it. Tags that stay are not listed, even
	// if their values change.
	Tags []Tag

	// Kept are the tags that stay. Of these, only the owners are compared.
	Kept []Tag

	// IsNew says that the instance does not exist, or is replaced. It may be tainted, which a plan cannot tell apart.
	IsNew bool

	// IsUnread says that the instance exists, and was not read in this process.
	IsUnread bool

	// ImportsAll says that an import takes over all tags of the image.
	ImportsAll bool

	// Reads says that the tags of the image may be read: not in the apply, where the next call is the write itself.
	Reads bool
}

// Tag is a planned tag.
type Tag struct {
	Key   string
	Value *string // nil while it is unknown

	// Path is the attribute to point at.
	Path path.Path

	// ImportID imports the present tag. It is empty if the resource cannot import one.
	ImportID string

	// Refuses says that the apply refuses to overwrite another value.
	Refuses bool
}

// Check returns what the apply of a plan would run into.
func Check(ctx context.Context, s *service.Service, plan Plan) diag.Diagnostics {
	if !s.ChecksPlans() {
		return nil
	}
	c := checker{service: s, plan: plan}
	c.owners()
	if c.diags.HasError() || !plan.Reads {
		return c.diags
	}
	present, err := s.Peek(ctx, plan.Place, plan.Image)
	if ims.IsImageNotFound(err) {
		c.imageIsMissing(err)
	}
	if err == nil {
		c.compare(present)
	}
	return c.diags
}

// checker collects what the checks of a plan find.
type checker struct {
	service *service.Service
	plan    Plan
	diags   diag.Diagnostics
}

// owners compares the plan with those of the other instances, without a call.
func (c *checker) owners() {
	for _, tag := range slices.Concat(c.plan.Tags, c.plan.Kept) {
		if rival := c.service.Claim(c.plan.Image, tag.Key, c.plan.Owner).Rival(); rival != nil {
			c.diags.Append(c.twoOwners(tag, rival))
		}
	}
	if keys, known := c.service.Claims().Intruders(c.plan.Image, c.plan.Owner); len(keys) > 0 {
		c.diags.Append(c.intruders(keys, known))
	}
	c.maximum()
}

// compare compares the tags to add with the tags of the image.
func (c *checker) compare(present []ims.Tag) {
	for _, tag := range c.plan.Tags {
		claim := c.service.Claim(c.plan.Image, tag.Key, c.plan.Owner)
		for _, other := range present {
			switch {
			case other.Key == tag.Key:
				if tag.Value != nil && *tag.Value != other.Value && !claim.IsOwned() {
					c.diags.Append(c.overwrites(tag, other.Value))
				}
			case looksLike(other.Key, tag.Key) && !c.isLeaving(other.Key):
				c.diags.Append(c.twin(tag, other))
			}
		}
	}
	if len(c.plan.Tags) > 0 {
		c.room(present)
	}
}
