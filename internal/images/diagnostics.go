// SPDX-License-Identifier: MPL-2.0

package images

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imagesearch"
)

// maxCandidates is how many images an error lists at most.
const maxCandidates = 10

// noneDiagnostic says that no image matches, and why, unless that cannot be found out.
func noneDiagnostic(ctx context.Context, place project, result imagesearch.Result) diag.Diagnostic {
	const summary = "No image matches"
	detail := fmt.Sprintf("No image in project %s matches all filters.", place.id)
	why, err := result.Explain(ctx, place.store)
	if err != nil {
		return diag.NewErrorDiagnostic(summary, detail+" The images that come closest cannot be listed: "+err.Error())
	}
	return diag.NewErrorDiagnostic(summary, detail+"\n\n"+why)
}

// severalDiagnostic lists the images that match where one has to.
func severalDiagnostic(found []imagesearch.Image) diag.Diagnostic {
	return diag.NewAttributeErrorDiagnostic(path.Root("most_recent"), "Several images match", fmt.Sprintf(
		"%d images match all filters. Set most_recent = true to use the newest, or add filters.\n\n%s", len(found), candidates(found)))
}

// tieDiagnostic lists the images that were created at the same time as the newest.
func tieDiagnostic(found []imagesearch.Image) diag.Diagnostic {
	newest := 1
	for newest < len(found) && found[newest].CreatedAt.Equal(found[0].CreatedAt) {
		newest++
	}
	return diag.NewErrorDiagnostic("Several images are the newest", fmt.Sprintf(
		"Of the images that match, %d were created at the same time, so none of them is the newest. Add filters.\n\n%s",
		newest, candidates(found[:newest])))
}

// candidates lists images, a line each. The lines are indented, so that Terraform does not wrap them.
func candidates(found []imagesearch.Image) string {
	var lines []string
	for _, image := range found[:min(len(found), maxCandidates)] {
		lines = append(lines, fmt.Sprintf("  %s  %s  %s", image.ID, image.CreatedAt.UTC().Format(time.RFC3339), image.Name))
	}
	if left := len(found) - maxCandidates; left > 0 {
		lines = append(lines, fmt.Sprintf("  and %d more", left))
	}
	return strings.Join(lines, "\n")
}
