// SPDX-License-Identifier: MPL-2.0

package imagetags_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// addImage adds an image with tags.
func addImage(mock *imstest.Server, name string, set tags) string {
	image := mock.AddImage(name)
	for key, value := range set {
		mock.SetTag(image, key, value)
	}
	return image
}

// listed returns the display names of results, and the detail of each remark.
func listed(results []tfprotov6.ListResourceResult) (names, remarks []string) {
	for _, result := range results {
		if result.Identity != nil {
			names = append(names, result.DisplayName)
		}
		remarks = append(remarks, acctest.Details(result.Diagnostics)...)
	}
	return names, remarks
}

func TestListFindsTheTaggedImages(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		filters acctest.Filters
		limit   int64
		want    string
		calls   int
	}{
		"all":               {nil, 100, "web-1 db-1", 1},
		"with a tag":        {acctest.Filters{"tags": tags{"note": ""}}, 100, "web-1", 1},
		"by name":           {acctest.Filters{"name": "db-1"}, 100, "db-1", 1},
		"by name, no tags":  {acctest.Filters{"name": "bare"}, 100, "", 1},
		"by age":            {acctest.Filters{"max_age": "876000h"}, 100, "db-1 web-1", 2},
		"up to the limit":   {nil, 1, "web-1", 1},
		"that do not exist": {acctest.Filters{"tags": tags{"absent": "1"}}, 100, "", 1},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			addImage(mock, "web-1", tags{"family": "web", "note": ""})
			addImage(mock, "bare", nil)
			addImage(mock, "db-1", tags{"family": "db"})
			names, remarks := listed(newServer(t, mock).List(c.filters, c.limit, false))
			if got := strings.Join(names, " "); got != c.want || len(remarks) > 0 {
				t.Errorf("listed %q and %q, want %q", got, remarks, c.want)
			}
			if mock.Count() != c.calls {
				t.Errorf("%d calls were made, want %d", mock.Count(), c.calls)
			}
		})
	}
}

func TestListedSetIsAdoptedWithoutAChange(t *testing.T) {
	t.Parallel()
	cases := map[string]tags{
		"one tag":                {"stage": "test"},
		"empty values":           {"note": "", "stage": "test", "empty": ""},
		"the maximum":            many(10),
		"a key in another form":  {"gro\u0308\u00dfe": "xl"},
		"values with characters": {"path": "${a}%{b}", "quote": `"`},
	}
	for name, set := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			image := addImage(mock, "golden", set)
			p := newServer(t, mock)
			results := p.List(nil, 100, true)
			if names, remarks := listed(results); !slices.Equal(names, []string{"golden"}) || len(remarks) > 0 {
				t.Fatalf("listed %q and %q", names, remarks)
			}
			p.ExpectIdentity(results[0].Identity, map[string]string{"project_id": imstest.ProjectID, "image_id": image})
			generated := tagsIn(p, p.ExpectAdopted(results[0]))
			if got, want := slices.Sorted(maps.Values(generated)), slices.Sorted(maps.Values(set)); !slices.Equal(got, want) {
				t.Errorf("the generated configuration has the values %q, want %q", got, want)
			}
			acctest.ExpectNoWrites(t, mock)
		})
	}
}

func TestListLeavesOutTagsThatCannotBeConfigured(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	long := strings.Repeat("k", 37)
	addImage(mock, "old", tags{long: "v"})
	some := addImage(mock, "some", tags{long: "v", "stage": "test"})
	p := newServer(t, mock)
	results := p.List(nil, 100, true)
	names, remarks := listed(results)
	if !slices.Equal(names, []string{"some"}) || len(remarks) != 2 || !strings.Contains(remarks[1], some) || !strings.Contains(remarks[1], long) {
		t.Fatalf("listed %q and %q", names, remarks)
	}
	if set := results[len(results)-1]; !maps.Equal(tagsIn(p, set.Resource), tags{"stage": "test"}) {
		t.Errorf("the set has the tags %v", tagsIn(p, set.Resource))
	}
}

func TestListReadsNoFurtherThanItsLimit(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	for i := range 2001 {
		addImage(mock, fmt.Sprintf("image-%d", i), tags{"stage": "test"})
	}
	p := newServer(t, mock)
	for _, c := range []struct{ limit, want, calls int }{{5, 5, 1}, {1000, 1000, 1}, {5000, 2001, 3}} {
		mock.ResetLog()
		if names, _ := listed(p.List(nil, int64(c.limit), false)); len(names) != c.want || mock.Count() != c.calls {
			t.Errorf("a limit of %d: %d results with %d calls, want %d with %d", c.limit, len(names), mock.Count(), c.want, c.calls)
		}
	}
}

func TestListFails(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	addImage(mock, "golden", tags{"stage": "test"})
	p := newServer(t, mock)
	mock.Force(imstest.ImagesByTag, imstest.IMSError(http.StatusForbidden, "IMG.0026", "no"))
	results := p.List(nil, 100, true)
	if len(results) != 1 {
		t.Fatalf("listed %+v", results)
	}
	if detail, _ := expectError(t, results[0].Diagnostics, "Cannot list image tags"); !strings.Contains(detail, "Permission denied") {
		t.Errorf("the detail is %s", detail)
	}
	results = p.List(acctest.Filters{"tags": acctest.Unknown}, 100, false)
	expectError(t, results[0].Diagnostics, "Unknown filters")
	if diagnostics := p.ValidateList(acctest.Filters{"tags": tags{"a": "1"}, "not_tags": tags{"a": "1"}}); len(diagnostics) != 1 {
		t.Errorf("contradicting filters are valid: %q", acctest.Summaries(diagnostics))
	}
}
