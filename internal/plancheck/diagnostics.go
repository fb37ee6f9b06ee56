// SPDX-License-Identifier: MPL-2.0

package plancheck

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/store"
)

var imagePath = path.Root("image_id")

// place says where the image is, for the middle of a sentence.
func (c *checker) place() string {
	region := c.plan.Place.Region
	if region == "" {
		region = c.service.DefaultRegion()
	}
	text := fmt.Sprintf("image %s in project %s", c.plan.Image.ID, c.plan.Image.ProjectID)
	if region != "" {
		text += " in region " + region
	}
	return text
}

// imageIsMissing adds that the image does not exist. For a new instance that is an error only if no instance that was read has
// or had a tag of the image: a tag that is tainted, replaced, or gone with its image must not keep terraform destroy from
// working. terraform destroy reads every instance before it plans it, so an instance that was not read is safe.
func (c *checker) imageIsMissing(err error) {
	const summary = "Image not found"
	detail := fmt.Sprintf("There is no %s, so the apply would fail. Check image_id and project_id, and that the image exists in the "+
		"region. The service responded: %s.", c.place(), explain.Response(err))
	if c.plan.IsUnread || c.plan.IsNew && !c.service.Claims().IsImageInState(c.plan.Image) {
		c.diags.AddAttributeError(imagePath, summary, detail)
		return
	}
	c.diags.AddAttributeWarning(imagePath, summary, detail)
}

// twoOwners says that another instance has the same tag.
func (c *checker) twoOwners(tag Tag, rival *store.Rival) diag.Diagnostic {
	if rival.HasAll {
		return ownersDiagnostic(tag.Path, rival.Known, fmt.Sprintf("An exclusive ims_image_tags of this configuration removes the key %q of "+
			"%s, because it does not have it. Add the key to its ignore_keys, or keep only one of the two resources.", tag.Key, c.place()))
	}
	return ownersDiagnostic(tag.Path, rival.Known, fmt.Sprintf("Another resource instance of this configuration has the key %q of %s as "+
		"well. %s Whichever is applied last would win. Keep one of the two, or change the key of one.",
		tag.Key, c.place(), values(rival.Value, tag.Value)))
}

// intruders says that other instances have tags that this instance removes, because it has all tags of the image.
func (c *checker) intruders(keys []string, known bool) diag.Diagnostic {
	return ownersDiagnostic(path.Root("exclusive"), known, fmt.Sprintf("Other resource instances of this configuration have keys of %s that "+
		"this resource removes, because exclusive is true: %s. Add the keys to ignore_keys, or keep only one owner for each key.",
		c.place(), explain.Quoted(keys)))
}

// ownersDiagnostic is a warning if two owners have been applied before.
func ownersDiagnostic(at path.Path, known bool, detail string) diag.Diagnostic {
	const summary = "Image tag with two owners"
	if known {
		return diag.NewAttributeWarningDiagnostic(at, summary, detail)
	}
	return diag.NewAttributeErrorDiagnostic(at, summary, detail)
}

// values compares the planned values of two owners. It repeats neither, because they may be sensitive.
func values(other, own *string) string {
	switch {
	case other == nil || own == nil:
		return "The values are not known yet."
	case *other == *own:
		return "Both have the same value."
	}
	return "The values differ."
}

// tooManyPlanned says that the configuration has more tags than an image can have.
func (c *checker) tooManyPlanned(tag Tag, kept []string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(tag.Path, "Too many tags for one image", fmt.Sprintf(
		"An image can have %d tags. The configuration has %d different keys for %s: %s. Remove some of them.",
		attribute.MaxTags, len(kept), c.place(), explain.Quoted(kept)))
}

// mayBeFull says that the image could get more tags than it can have.
func (c *checker) mayBeFull(present []ims.Tag, after []string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(imagePath, "Image may have too many tags", fmt.Sprintf(
		"An image can have %d tags. With the new tags of this plan, there would be %d keys on %s. %s Unless this plan or somebody else "+
			"deletes some of them, the service will reject a new tag. Tags that Terraform does not manage count as well.",
		attribute.MaxTags, len(after), c.place(), explain.Keys(present)))
}

// overwrites says that the apply overwrites, or refuses to overwrite, a tag that no resource instance has.
func (c *checker) overwrites(tag Tag, present string) diag.Diagnostic {
	next := "The apply will overwrite it. If this is intended, continue."
	if tag.Refuses {
		next = "The apply will refuse to overwrite it, because overwrite is false. If you want it overwritten, remove overwrite."
	}
	return diag.NewAttributeWarningDiagnostic(tag.Path, "Image tag exists already", fmt.Sprintf(
		"The key %q of %s has the value %q, and no resource of this configuration is known to own it. %s %s",
		tag.Key, c.place(), present, next, c.alternative(tag)))
}

// alternative says what to do instead of overwriting a tag.
func (c *checker) alternative(tag Tag) string {
	if tag.ImportID == "" {
		return "To keep the value, set it here or remove the key."
	}
	text := "To see the change of the value in the plan first, import the tag:\n\n" + ImportBlock(c.plan.Type, tag.ImportID)
	if c.plan.ImportsAll {
		text += "\n\nThe import takes over all tags of the image. The plan then removes those that are not in the configuration."
	}
	return text
}

// ImportBlock is an import block to paste into a configuration.
func ImportBlock(resource, id string) string {
	quotedID := strings.NewReplacer("${", "$${", "%{", "%%{").Replace(fmt.Sprintf("%q", id))
	return fmt.Sprintf("  import {\n    to = %s.example # the address of this resource\n    id = %s\n  }", resource, quotedID)
}

// twin says that the image has a key that looks like the planned one.
func (c *checker) twin(tag Tag, other ims.Tag) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(tag.Path, "Similar key on the image", fmt.Sprintf(
		"The key %+q looks like the key %+q, which is on %s already. The keys differ, so the apply adds a second tag. To manage the "+
			"existing tag, use its exact key.", tag.Key, other.Key, c.place()))
}
