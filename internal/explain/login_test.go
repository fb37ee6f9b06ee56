// SPDX-License-Identifier: MPL-2.0

package explain_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/auth"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/explain"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/neterror"
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

// What a server does not respond to, the metadata service of a machine or the security token service, does not depend on auth_url.
func TestServersThatDoNotRespond(t *testing.T) {
	t.Parallel()
	place := map[string]string{"region": "eu-west-101", "project_id": "0123456789abcdef0123456789abcdef"}
	metadata := map[string]string{"use_metadata": "true"}
	trust := map[string]string{
		"access_key": "ak", "secret_key": "sk", "assume_role": "set", "assume_role.agency_urn": "iam::0123456789abcdef0123456789abcdef:agency:a",
	}
	proxy := &neterror.ProxyError{Status: http.StatusProxyAuthRequired}
	for name, c := range map[string]struct {
		block map[string]string
		cause error
		want  string
	}{
		"metadata":              {metadata, io.ErrUnexpectedEOF, "The metadata service did not respond."},
		"metadata, no host":     {metadata, &net.DNSError{IsNotFound: true}, "The metadata service did not respond."},
		"trust agency":          {trust, io.ErrUnexpectedEOF, "The security token service did not respond."},
		"trust agency, a proxy": {trust, proxy, "The proxy of this machine did not forward the call"},
	} {
		block := maps.Clone(place)
		maps.Copy(block, c.block)
		s, problems := settings.Resolve(settings.Input{
			Block: block, Getenv: func(string) string { return "" }, ReadFile: func(string) ([]byte, error) { return nil, fs.ErrNotExist },
		})
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		got := explain.Login(s, &auth.LoginError{Err: c.cause})
		if !strings.HasPrefix(got.Detail(), c.want) || got.Summary() != "Cannot configure the provider" {
			t.Errorf("%s: it says %s\n%s", name, got.Summary(), got.Detail())
		}
	}
}
