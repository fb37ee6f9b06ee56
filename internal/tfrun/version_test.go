// SPDX-License-Identifier: MPL-2.0

package tfrun_test

import (
	"testing"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/tfrun"
)

func TestAnnouncesApplies(t *testing.T) {
	t.Parallel()
	cases := map[string]bool{
		"Terraform v1.11.4":     true,
		"Terraform v1.14.0-dev": true,
		"Terraform v2.0.0":      true,
		"Terraform v1.8.5":      false,
		"OpenTofu v1.12.6":      false,
		"":                      false,
	}
	for program, want := range cases {
		if got := tfrun.AnnouncesApplies(program); got != want {
			t.Errorf("%q: %v, want %v", program, got, want)
		}
	}
}
