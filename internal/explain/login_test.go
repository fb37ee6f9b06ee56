// SPDX-License-Identifier: MPL-2.0

package explain_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/settings"
)

// The settings of a region are not blamed if connecting to it was cancelled or ran out of time.
func TestInterruptedConnectionToAPlace(t *testing.T) {
	t.Parallel()
	const blame = "The provider cannot connect to the service with these settings."
	cases := map[string]struct {
		err             error
		summary, advice string
		blamed          bool
	}{
		"cancelled":             {context.Canceled, "Cannot connect to the cloud", "Run the command again.", false},
		"cancelled in a lookup": {&auth.LoginError{Lookup: auth.LookupProject, Err: fmt.Errorf("gave up: %w", context.Canceled)}, "Cannot connect to the cloud", "was cancelled", false},
		"timed out":             {context.DeadlineExceeded, "Cannot connect to the cloud", "increase the timeout", false},
		"IAM does not respond":  {&auth.LoginError{Err: context.DeadlineExceeded}, "Cannot use region r", "Check auth_url", true},
		"another error":         {errors.New("no such thing"), "Cannot use region r", blame, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := explain.Place("r", "", &settings.Settings{}, c.err)
			if got.Summary() != c.summary || !strings.Contains(got.Detail(), c.advice) {
				t.Errorf("it says %s\n%s", got.Summary(), got.Detail())
			}
			if !c.blamed && strings.Contains(got.Detail(), "these settings") {
				t.Errorf("it blames the settings:\n%s", got.Detail())
			}
			if _, ok := got.(diag.DiagnosticWithPath); ok != c.blamed {
				t.Errorf("it points at an attribute: %t, want %t", ok, c.blamed)
			}
		})
	}
}

// The error of the provider configuration says too that it was cancelled.
func TestCancelledConfiguration(t *testing.T) {
	t.Parallel()
	got := explain.Login(&settings.Settings{}, context.Canceled)
	if got.Summary() != "Cannot connect to the cloud" || !strings.Contains(got.Detail(), "was cancelled") {
		t.Errorf("it says %s\n%s", got.Summary(), got.Detail())
	}
}
