// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

func TestListFails(t *testing.T) {
	t.Parallel()
	mock, p := startLibrary(t)
	mock.Force(imstest.ImagesByTag, imstest.IMSError(http.StatusForbidden, "IMG.0026", "no"))
	results := p.List(nil, 100, true)
	expectListError(t, results, "Cannot list image tags", "Permission denied", imstest.ProjectID, "IMG.0026")
}

func TestListThatTakesTooLong(t *testing.T) {
	t.Parallel()
	mock, _ := acctest.StartWithImage(t)
	mock.ForceAlways(imstest.ImagesByTag, imstest.Answer{Delay: time.Hour})
	p := acctest.NewUnconfiguredServer(t, acctest.Hurried(900*time.Millisecond))
	p.Configure(map[string]string{"endpoint": mock.URL(), "project_id": imstest.ProjectID, "token": imstest.Token})
	results := p.List(nil, 100, false)
	expectListError(t, results, "Cannot list image tags", "did not complete within its timeout", "add filters to the list block")
}

func TestListFailsBetweenPages(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	addImages(mock, 1001)
	page := 0
	forbidden := imstest.IMSError(http.StatusForbidden, "IMG.0026", "no")
	mock.React(imstest.ImagesByTag, func(imstest.Request) *imstest.Answer {
		if page++; page == 1 {
			return nil
		}
		return &forbidden
	})
	results := acctest.NewProtocolServer(t, mock).List(nil, 5000, false)
	if len(results) != 1001 {
		t.Fatalf("listed %d results, want 1,000 and an error", len(results))
	}
	expectListError(t, results[1000:], "Cannot list image tags", "Permission denied")
}

func TestListNeedsKnownSettingsAndFilters(t *testing.T) {
	t.Parallel()
	mock, configured := startLibrary(t)
	expectListError(t, configured.List(acctest.Filters{"tags": acctest.Unknown}, 100, false), "Unknown filters", "not known yet")

	p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	p.ConfigureUnknown(map[string]string{"endpoint": mock.URL(), "project_id": imstest.ProjectID}, "token")
	expectListError(t, p.List(nil, 100, false), "Cannot list image tags", "not known yet")
	if mock.Count() != 0 {
		t.Errorf("%d calls were made, want none", mock.Count())
	}
}

func TestListValidatesItsFilters(t *testing.T) {
	t.Parallel()
	p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	for name, c := range map[string]struct {
		filters acctest.Filters
		want    string
	}{
		"valid":          {acctest.Filters{"key": "a", "tags": map[string]string{"a": ""}}, ""},
		"unknown":        {acctest.Filters{"key": acctest.Unknown, "tags": acctest.Unknown}, ""},
		"contradicting":  {acctest.Filters{"tags": map[string]string{"a": "1"}, "not_tags": map[string]string{"a": "1"}}, "Contradicting filters"},
		"a long key":     {acctest.Filters{"key": strings.Repeat("k", 37)}, "Invalid Attribute Value Length"},
		"a bad pattern":  {acctest.Filters{"name_regex": "("}, "Invalid name_regex"},
		"a bad project":  {acctest.Filters{"project_id": "mine"}, "Invalid project_id"},
		"a bad duration": {acctest.Filters{"max_age": "30d"}, "Invalid max_age"},
	} {
		if got := strings.Join(acctest.Summaries(p.ValidateList(c.filters)), ", "); got != c.want {
			t.Errorf("%s: the diagnostics are %q, want %q", name, got, c.want)
		}
	}
}

// expectListError fails the test unless the only result is one error that says these texts.
func expectListError(t *testing.T, results []tfprotov6.ListResourceResult, summary string, says ...string) {
	t.Helper()
	if len(results) != 1 || len(results[0].Diagnostics) != 1 {
		t.Fatalf("listed %+v", results)
	}
	d := results[0].Diagnostics[0]
	if d.Severity != tfprotov6.DiagnosticSeverityError || d.Summary != summary {
		t.Errorf("the diagnostic is %v %q", d.Severity, d.Summary)
	}
	for _, text := range says {
		if !strings.Contains(d.Detail, text) {
			t.Errorf("the detail does not say %q:\n%s", text, d.Detail)
		}
	}
}
