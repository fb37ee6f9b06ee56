// SPDX-License-Identifier: MPL-2.0

package tfrun

import (
	"strings"

	"github.com/hashicorp/go-version"
)

// announcing is the oldest Terraform that is known to announce applies.
var announcing = version.Must(version.NewVersion("1.11.0"))

// AnnouncesApplies reports whether a program, named as [Folder.Version] does, tells the provider that a plan belongs to an apply.
// OpenTofu and older Terraforms do not, so that the checks of plans read in an apply as well.
func AnnouncesApplies(program string) bool {
	number, isTerraform := strings.CutPrefix(program, "Terraform v")
	if !isTerraform {
		return false
	}
	at, err := version.NewVersion(number)
	return err == nil && at.Core().GreaterThanOrEqual(announcing)
}
