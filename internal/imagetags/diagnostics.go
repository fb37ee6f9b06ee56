// SPDX-License-Identifier: MPL-2.0

package imagetags

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// keptDiagnostics says that deletes were skipped on purpose. An exclusive set that does not ignore the keys would remove them
// again with each plan.
func (c changeRequest) keptDiagnostics(keys []string) diag.Diagnostics {
	slices.Sort(keys)
	keys = slices.Compact(keys)
	var expected, contested, unsure []string
	for _, key := range keys {
		switch {
		case c.plan.Exclusive.ValueBool() && !c.plan.ignores(key):
			contested = append(contested, key)
		case c.private.isUnsure(key):
			unsure = append(unsure, key)
		default:
			expected = append(expected, key)
		}
	}
	image := c.current().image()
	var diags diag.Diagnostics
	if len(expected) > 0 {
		diags.Append(explain.Kept(image, expected...))
	}
	if len(contested) > 0 {
		diags.Append(explain.KeptFromExclusive(image, contested...))
	}
	if len(unsure) > 0 {
		diags.Append(explain.KeptUnsure(image, unsure...))
	}
	return diags
}

// sweepDiagnostics warns of the tags that an exclusive set will remove and that its state does not have. There are none if they
// could not be read.
func sweepDiagnostics(plan model, foreign []ims.Tag) diag.Diagnostics {
	text := "Because exclusive is true, the apply removes all tags of the image that are not in tags or ignore_keys. The plan cannot " +
		"list them, because it could not read the tags of the image."
	if len(foreign) > 0 {
		text = fmt.Sprintf("Image %s has tags that are not in this resource. Because exclusive is true, the apply removes the keys %s, "+
			"and any other keys that are added before the apply.", plan.image().ID, explain.QuotedKeys(foreign))
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("exclusive"), "Other tags of the image will be removed",
		text+"\n\nTo keep some of them, add them to tags or to ignore_keys.")}
}

// deletedRemark says which keys a change that failed had deleted before. It is empty for none.
func deletedRemark(keys []string) string {
	if len(keys) == 0 {
		return ""
	}
	return fmt.Sprintf("The provider had already deleted the keys %s.", explain.Quoted(keys))
}

// equalRemark says that a create which failed leaves tags out of the state although the image has them. It is empty for none.
func equalRemark(keys []string) string {
	if len(keys) == 0 {
		return ""
	}
	return fmt.Sprintf("The image has the keys %s with the values of this resource. Somebody else may have written them, so they are "+
		"not in the state.", explain.Quoted(keys))
}

// leftOutDiagnostic says that an import has left out tags that no configuration can have.
func leftOutDiagnostic(m model, tags []ims.Tag) diag.Diagnostic {
	return diag.NewWarningDiagnostic("Image tags not imported", fmt.Sprintf(
		"Image %s has tags that %s: %s. The import leaves them out, and the resource leaves them alone. With exclusive, it removes "+
			"them, unless ignore_keys has them.", m.image().ID, attribute.NotConfigurable, explain.QuotedKeys(tags)))
}

// noTagsDiagnostic says that an image has no tag to import.
func noTagsDiagnostic(m model, tags []ims.Tag) diag.Diagnostic {
	what := "no tags"
	if len(tags) > 0 {
		what = "no tags that can be configured: " + explain.QuotedKeys(tags)
	}
	return diag.NewErrorDiagnostic(m.subject(nil).Summary(explain.Import), fmt.Sprintf(
		"Image %s in project %s has %s.\n\nTo create tags instead of importing them, remove the import and apply.",
		m.image().ID, m.image().ProjectID, what))
}
