package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/ims"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

// errorDiagnostic tells a person what failed, what the service said, and what can be done about it. The verb is the
// operation of Terraform: create, read, update, delete, import. Remarks follow what can be done.
func errorDiagnostic(verb string, address tagAddress, err error, remarks ...string) diag.Diagnostic {
	paragraphs := slices.Concat([]string{explain(err), timeAdvice(verb, err)}, remarks, []string{facts(address, err)})
	paragraphs = slices.DeleteFunc(paragraphs, func(p string) bool { return p == "" })
	return diag.NewErrorDiagnostic(summary(verb, address), strings.Join(paragraphs, "\n\n"))
}

// timeAdvice says how the operation gets more time, if that is what it was short of.
func timeAdvice(verb string, err error) string {
	if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, ims.ErrWaitTooLong) {
		return ""
	}
	switch verb {
	case "create", "update":
		return "To give it more time, raise timeouts." + verb + "."
	case "read":
		return "To give it more time, raise timeouts.read and apply that with -refresh=false first, which writes nothing to the " +
			"service: a refresh takes its timeout from the state."
	case "delete":
		return "To give it more time, raise timeouts.delete and apply that first: a delete takes its timeout from the state."
	}
	return ""
}

func summary(verb string, address tagAddress) string {
	return fmt.Sprintf("Cannot %s image tag %q", verb, address.key)
}

// facts lists what identifies the failed call, for a log search or a support ticket. The lines are indented, so that
// Terraform does not wrap them.
func facts(address tagAddress, err error) string {
	lines := []string{
		"  Image:      " + address.image.ID,
		"  Key:        " + fmt.Sprintf("%q", address.key),
		"  Project:    " + address.image.ProjectID,
	}
	e, ok := asServiceError(err)
	if !ok {
		return strings.Join(append(lines, "  Cause:      "+err.Error()), "\n")
	}
	if e.Method != "" {
		lines = append(lines, "  Call:       "+e.Method+" "+e.Path)
	}
	lines = append(lines, "  Answer:     "+e.Answer())
	if e.RequestID != "" {
		lines = append(lines, "  Request id: "+e.RequestID)
	}
	if e.Attempts > 0 {
		lines = append(lines, "  Tried:      "+e.Tries())
	}
	return strings.Join(lines, "\n")
}

// keptDiagnostic tells that a delete was left out on purpose.
func keptDiagnostic(address tagAddress) diag.Diagnostic {
	return diag.NewWarningDiagnostic(fmt.Sprintf("Image tag %q was not deleted", address.key), fmt.Sprintf(
		"Another instance of ims_image_tag has the same key of image %s, as happens with create_before_destroy, or when a "+
			"resource is renamed without a moved block. Deleting the tag for the old instance would have removed it for the "+
			"other, so it was left in place. Nothing needs to be done.", address.image.ID))
}

// elsewhereDiagnostic tells what to add for a tag that was imported from another project than the provider's.
func elsewhereDiagnostic(key, project, fallback string) diag.Diagnostic {
	return diag.NewAttributeWarningDiagnostic(projectPath, "Imported image tag needs its project_id", fmt.Sprintf(
		"Image tag %q was imported from project %s, and the project of the provider is %s. Add this to the resource, if it "+
			"is not there yet:\n\n  project_id = %q\n\nWithout it the tag stays in the project that it was imported from, and this "+
			"warning comes again.", key, project, fallback, project))
}

// projectTurnedOutDiagnostic tells that the project of the provider, unknown in the plan, is not the one of the tag.
func projectTurnedOutDiagnostic(address tagAddress, project string) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(projectPath, summary("update", address), fmt.Sprintf(
		"The project of the provider was unknown when this was planned. It is %s, and the tag is in project %s: the tag has "+
			"to be replaced, which the plan did not show. Nothing was written. Plan and apply again to replace it, or set "+
			"project_id of the resource to keep the tag where it is.", project, address.image.ProjectID))
}

// notReadyDiagnostic tells that the provider's own configuration is not known yet.
func notReadyDiagnostic(verb string, address tagAddress) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summary(verb, address),
		"A setting of the provider \"ims\" is not known yet: it depends on something that is still to be created. Apply "+
			"that first, with -target for example, or give the provider a value that is known.")
}

// absentDiagnostic tells that a tag to import is not there, and which are.
func absentDiagnostic(address tagAddress, tags []ims.Tag) diag.Diagnostic {
	return diag.NewErrorDiagnostic(summary("import", address), fmt.Sprintf(
		"Image %s of project %s has no tag with the key %q. %s Keys are case-sensitive.\n\n"+
			"To create the tag rather than to take it over, leave the import out and apply.",
		address.image.ID, address.image.ProjectID, address.key, keysThere(tags)))
}

// keysThere says which tags an image has.
func keysThere(tags []ims.Tag) string {
	if len(tags) == 0 {
		return "The image has no tags."
	}
	keys := make([]string, len(tags))
	for i, tag := range tags {
		keys[i] = fmt.Sprintf("%q", tag.Key)
	}
	slices.Sort(keys)
	return "The image has the keys " + strings.Join(keys, ", ") + "."
}

// connectDiagnostic tells why there is no way to the service.
func connectDiagnostic(s *settings.Settings, err error) diag.Diagnostic {
	s.Login.Annotate(err)
	summary := "Cannot configure the provider"
	var failed *auth.LoginError
	if errors.As(err, &failed) && (failed.Final || failed.Advice != "") {
		summary = "Cannot log in to the cloud"
	}
	return diag.NewErrorDiagnostic(summary, fmt.Sprintf("%s\n\n  Login:    %s\n  Settings: %s\n  Cause:    %s",
		explainLogin(err), s.Login, s.Places(), s.Secrets.Redact(err.Error())))
}
