// SPDX-License-Identifier: MPL-2.0

package imagetag_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/terraform-provider-ims/terraform-provider-ims/internal/acctest"
	"github.com/terraform-provider-ims/terraform-provider-ims/internal/imstest"
)

// startLibrary starts a mock with two tagged images and one without tags, and a provider that is configured for it.
func startLibrary(t *testing.T) (*imstest.Server, *acctest.ProtocolServer) {
	t.Helper()
	mock := imstest.Start(t)
	for _, image := range []struct {
		name string
		tags map[string]string
	}{
		{"web-1", map[string]string{"family": "web", "note": "", "stage": "test"}},
		{"bare", nil},
		{"db-1", map[string]string{"family": "db", "stage": "production"}},
	} {
		id := mock.AddImage(image.name)
		for key, value := range image.tags {
			mock.SetTag(id, key, value)
		}
	}
	return mock, acctest.NewProtocolServer(t, mock)
}

// addImages adds as many images with one tag.
func addImages(mock *imstest.Server, many int) {
	for i := range many {
		mock.SetTag(mock.AddImage(fmt.Sprintf("image-%d", i)), "environment", "production")
	}
}

// displayNames returns the display names of results, which must not be remarks.
func displayNames(t *testing.T, results []tfprotov6.ListResourceResult) []string {
	t.Helper()
	var all []string
	for _, result := range results {
		if len(result.Diagnostics) > 0 || result.Identity == nil {
			t.Errorf("a result says %q %q", acctest.Summaries(result.Diagnostics), acctest.Details(result.Diagnostics))
		}
		all = append(all, result.DisplayName)
	}
	return all
}

func TestListFindsTags(t *testing.T) {
	t.Parallel()
	type one = map[string]string
	type several = map[string][]string
	all := []string{"web-1: family", "web-1: note", "web-1: stage", "db-1: family", "db-1: stage"}
	cases := map[string]struct {
		filters acctest.Filters
		want    []string
		calls   int
	}{
		"all tags":                     {nil, all, 1},
		"with a key":                   {acctest.Filters{"key": "stage"}, []string{"web-1: stage", "db-1: stage"}, 1},
		"with a key that nothing has":  {acctest.Filters{"key": "absent"}, nil, 1},
		"of images with a tag":         {acctest.Filters{"tags": one{"family": "web"}}, all[:3], 1},
		"with a key and a tag":         {acctest.Filters{"key": "stage", "tags": one{"family": "web"}}, all[2:3], 1},
		"with the key of a filter":     {acctest.Filters{"key": "note", "tags": one{"note": ""}}, all[1:2], 1},
		"of images without a tag":      {acctest.Filters{"not_tags": one{"family": "web"}}, all[3:], 1},
		"of images with one of values": {acctest.Filters{"tags_any": several{"stage": {"test", "dev"}}}, all[:3], 1},
		"of images without a key":      {acctest.Filters{"not_tags_any": several{"note": {}}}, all[3:], 1},
		"by name":                      {acctest.Filters{"name": "db-1"}, all[3:], 1},
		"by pattern":                   {acctest.Filters{"name_regex": "^web"}, all[:3], 1},
		"by status":                    {acctest.Filters{"status": "queued"}, nil, 1},
		"by age, which is in another list": {
			acctest.Filters{"max_age": "876000h"}, []string{"db-1: family", "db-1: stage", "web-1: family", "web-1: note", "web-1: stage"}, 2,
		},
		"too old": {acctest.Filters{"max_age": "1m"}, nil, 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, p := startLibrary(t)
			if got := displayNames(t, p.List(c.filters, 100, false)); !slices.Equal(got, c.want) {
				t.Errorf("listed %q, want %q", got, c.want)
			}
			if mock.Count() != c.calls {
				t.Errorf("%d calls were made, want %d", mock.Count(), c.calls)
			}
		})
	}
}

func TestListAsksTheServiceForTheKey(t *testing.T) {
	t.Parallel()
	full := make(map[string]string)
	for i := range 10 {
		full[fmt.Sprintf("k%d", i)] = "v"
	}
	cases := map[string]struct {
		filters acctest.Filters
		asked   bool
	}{
		"a key":                             {acctest.Filters{"key": "note"}, true},
		"a key that Unicode spells in ways": {acctest.Filters{"key": "größe"}, false},
		"beside the maximum of keys":        {acctest.Filters{"key": "note", "tags": full}, false},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, p := startLibrary(t)
			displayNames(t, p.List(c.filters, 100, false))
			body := string(mock.Requests(imstest.ImagesByTag)[0].Body)
			if asked := strings.Contains(body, `{"key":"note","values":[]}`); asked != c.asked {
				t.Errorf("the request is %s", body)
			}
		})
	}
}

func TestListedTagsAreAdoptedWithoutAChange(t *testing.T) {
	t.Parallel()
	mock, p := startLibrary(t)
	results := p.List(nil, 100, true)
	if got := displayNames(t, results); len(got) != 5 {
		t.Fatalf("listed %q", got)
	}
	for _, result := range results {
		config := p.Strings(p.Resource, p.ExpectAdopted(result))
		if value, set := config["value"]; !set || (value == "") != (config["key"] == "note") {
			t.Errorf("the generated configuration is %v", config)
		}
	}
	acctest.ExpectNoWrites(t, mock)
}

func TestListedIdentityIsThatOfTheResource(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "environment", "production")
	p := acctest.NewProtocolServer(t, mock)
	results := p.List(acctest.Filters{"project_id": strings.ToUpper(imstest.ProjectID)}, 100, false)
	if len(results) != 1 {
		t.Fatalf("listed %q", displayNames(t, results))
	}
	p.ExpectIdentity(results[0].Identity, acctest.TagIdentity(image))
	if results[0].Resource != nil {
		t.Error("the resource was not asked for")
	}
}

func TestListedKeysAreSpelledAsTerraformDoes(t *testing.T) {
	t.Parallel()
	mock, image := acctest.StartWithImage(t)
	mock.SetTag(image, "gro\u0308\u00dfe", "xl") // ö in two code points
	p := acctest.NewProtocolServer(t, mock)
	results := p.List(acctest.Filters{"key": "gr\u00f6\u00dfe"}, 100, true)
	if got := displayNames(t, results); !slices.Equal(got, []string{"golden: gr\u00f6\u00dfe"}) {
		t.Fatalf("listed %q", got)
	}
	p.ExpectAdopted(results[0])
}

func TestListLeavesOutTagsThatCannotBeConfigured(t *testing.T) {
	t.Parallel()
	cases := map[string]map[string]string{
		"a long key":                  {strings.Repeat("k", 37): "v"},
		"a long value":                {"long": strings.Repeat("v", 44)},
		"white space around a value":  {"blank": " v"},
		"two spellings of one key":    {"a\u0308": "nfd", "\u00e4": "nfc"},
		"two tags, of which one fits": {"": "v", "b": "v"},
	}
	for name, tags := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock, image := acctest.StartWithImage(t)
			for key, value := range tags {
				mock.SetTag(image, key, value)
			}
			p := acctest.NewProtocolServer(t, mock)
			results := p.List(nil, 100, true)
			remark := results[0]
			if len(results) != len(tags) || remark.Identity != nil || len(remark.Diagnostics) != 1 {
				t.Fatalf("listed %+v", results)
			}
			if d := remark.Diagnostics[0]; d.Severity != tfprotov6.DiagnosticSeverityWarning ||
				d.Summary != "Image tags not listed" || !strings.Contains(d.Detail, image) {
				t.Errorf("the remark is %s\n%s", d.Summary, d.Detail)
			}
			for _, result := range results[1:] {
				p.ExpectAdopted(result)
			}
		})
	}
}

func TestListReadsNoFurtherThanItsLimit(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		images, limit, want, calls int
	}{
		"a full page":          {1000, 2000, 1000, 1},
		"a limit below a page": {2001, 5, 5, 1},
		"a limit of a page":    {2001, 1000, 1000, 1},
		"a limit above a page": {2001, 1001, 1001, 2},
		"all pages":            {2001, 5000, 2001, 3},
		"a limit of none":      {5, 0, 0, 0},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mock := imstest.Start(t)
			addImages(mock, c.images)
			results := acctest.NewProtocolServer(t, mock).List(nil, int64(c.limit), false)
			if len(results) != c.want {
				t.Errorf("listed %d tags, want %d", len(results), c.want)
			}
			acctest.ExpectCalls(t, mock, imstest.ImagesByTag, c.calls)
			if mock.Count() != c.calls {
				t.Errorf("%d calls were made, want %d", mock.Count(), c.calls)
			}
		})
	}
}

func TestListStopsWhenNothingMoreIsWanted(t *testing.T) {
	t.Parallel()
	mock := imstest.Start(t)
	addImages(mock, 1001)
	p := acctest.NewProtocolServer(t, mock)
	for name, stop := range map[string]func(cancel context.CancelFunc) bool{
		"the receiver is gone":   func(context.CancelFunc) bool { return false },
		"Terraform is cancelled": func(cancel context.CancelFunc) bool { cancel(); return true },
	} {
		mock.ResetLog()
		ctx, cancel := context.WithCancel(t.Context())
		pushed := 0
		p.ListEach(ctx, nil, 5000, false, func(tfprotov6.ListResourceResult) bool {
			pushed++
			return stop(cancel)
		})
		cancel()
		if pushed != 1 || mock.Count() != 1 {
			t.Errorf("%s: %d results with %d calls, want 1 with 1", name, pushed, mock.Count())
		}
	}
}

// A region that is not the provider's has another project, which the list looks up.
func TestListInAnotherRegion(t *testing.T) {
	t.Parallel()
	mock := startRegions(t)
	image := regionImage(mock, thirdProject, 1)
	mock.SetTag(image, "stage", "production")
	p := acctest.NewUnconfiguredServer(t, acctest.Isolated)
	p.ConfigureValue(regionSettings(p, mock))
	results := p.List(acctest.Filters{"region": thirdRegion}, 100, true)
	if got := displayNames(t, results); len(got) != 1 {
		t.Fatalf("listed %q", got)
	}
	p.ExpectIdentity(results[0].Identity, map[string]string{
		"region": thirdRegion, "project_id": thirdProject, "image_id": image, "key": "stage",
	})
	config := p.Strings(p.Resource, p.ExpectAdopted(results[0]))
	if config["region"] != thirdRegion || config["project_id"] != thirdProject {
		t.Errorf("the generated configuration is %v", config)
	}
	if got := mock.CountIn(imstest.Region, imstest.ImagesByTag, imstest.ListTags); got != 0 {
		t.Errorf("%d calls in another region", got)
	}
}

// regionSettings is the settings of [regionsBlock] with an access key.
func regionSettings(p *acctest.ProtocolServer, mock *imstest.Server) *tfprotov6.DynamicValue {
	values := make(map[string]tftypes.Value)
	for name, attribute := range p.Config.(tftypes.Object).AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
	}
	for name, text := range map[string]string{
		"region": imstest.Region, "project_id": imstest.ProjectID, "endpoint": mock.URL(), "auth_url": mock.URL() + "/v3",
		"access_key": imstest.AccessKey, "secret_key": imstest.SecretKey,
	} {
		values[name] = tftypes.NewValue(tftypes.String, text)
	}
	values["endpoints"] = tftypes.NewValue(values["endpoints"].Type(), map[string]tftypes.Value{
		thirdRegion: tftypes.NewValue(tftypes.String, mock.RegionURL(thirdRegion)),
	})
	return p.Dynamic(p.Config, tftypes.NewValue(p.Config, values))
}
