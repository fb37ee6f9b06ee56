// SPDX-License-Identifier: MPL-2.0

package imagetags

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/attribute"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
)

// keptDiagnostics says that deletes were skipped on purpose.
func keptDiagnostics(m model, keys []string) diag.Diagnostics {
	if len(keys) == 0 {
		return nil
	}
	return diag.Diagnostics{explain.Kept(m.image(), keys...)}
}

// foreignDiagnostics warns of the tags that an exclusive set will remove and that its state does not have.
func foreignDiagnostics(plan model, foreign []ims.Tag) diag.Diagnostics {
	if len(foreign) == 0 {
		return nil
	}
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(path.Root("exclusive"), "Other tags of the image will be removed", fmt.Sprintf(
		"Image %s has tags that are not in this resource. Because exclusive is true, the apply removes the keys %s, and any other "+
			"keys that are added before the apply.\n\nTo keep some of them, add them to tags or to ignore_keys.", plan.image().ID, explain.QuotedKeys(foreign)))}
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
